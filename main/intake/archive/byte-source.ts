import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createDecipheriv } from 'node:crypto';
import { Readable } from 'node:stream';

/** Pieces that reading asks for at once: large enough to be fast, small enough that memory stays flat. */
const PIECE_BYTES = 256 * 1024;
const AES_BLOCK = 16;

/** A file's bytes, readable from any place, as often as needed. */
export interface ByteSource {
  readonly size: number;
  /** From `start` up to, not including, `end`. */
  read(start: number, end: number): Readable;
}

/** How a sealed file is encrypted: AES-256 in counter mode, which can be read from any place. */
export interface Seal {
  key: Uint8Array;
  iv: Uint8Array;
}

/** A regular file as it lies there; a symbolic link put in its place meanwhile is not followed. */
export function plainFile(path: string, size: number): ByteSource {
  return { size, read: (start, end) => Readable.from(pieces(path, start, end)) };
}

/** A file written by an upload, decrypted while it is read. */
export function sealedFile(path: string, size: number, seal: Seal): ByteSource {
  return {
    size,
    read(start, end) {
      const block = Math.floor(start / AES_BLOCK);
      const decipher = createDecipheriv('aes-256-ctr', seal.key, counter(seal.iv, block));
      return Readable.from(decrypted(pieces(path, block * AES_BLOCK, end), decipher, start % AES_BLOCK));
    },
  };
}

async function* pieces(path: string, start: number, end: number): AsyncGenerator<Buffer> {
  const file = await openRegular(path);
  try {
    let at = start;
    while (at < end) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - at)), {
        position: at,
      });
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function* decrypted(
  source: AsyncIterable<Buffer>,
  decipher: ReturnType<typeof createDecipheriv>,
  toDrop: number,
): AsyncGenerator<Buffer> {
  let drop = toDrop;
  for await (const piece of source) {
    const clear = decipher.update(piece);
    const cut = Math.min(drop, clear.length);
    drop -= cut;
    if (cut < clear.length) yield clear.subarray(cut);
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  // Windows has no O_NOFOLLOW; there a link needs rights that others lack.
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  const stats = await file.stat();
  if (stats.isFile()) return file;
  await file.close();
  throw new Error('not a regular file');
}

/** The counter after `blocks` blocks: a 128-bit big-endian number. */
function counter(iv: Uint8Array, blocks: number): Buffer {
  const at = (BigInt(`0x${Buffer.from(iv).toString('hex')}`) + BigInt(blocks)) & ((1n << 128n) - 1n);
  return Buffer.from(at.toString(16).padStart(32, '0'), 'hex');
}
