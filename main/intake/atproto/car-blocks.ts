import { createHash } from 'node:crypto';
import { decode } from '@atcute/cbor';
import { MAX_BLOCK_BYTES } from '../limits.ts';

/** CIDv1, DAG-CBOR or raw, SHA-256: the only ones atproto uses (36 bytes). */
const CID_BYTES = 36;
const CODEC_CBOR = 0x71;

export interface Block {
  /** The CID's bytes as a Latin-1 string: a compact map key. */
  cid: string;
  bytes: Buffer;
  isCbor: boolean;
}

export type CarEvent =
  | { kind: 'roots'; roots: string[] }
  | { kind: 'block'; block: Block }
  | { kind: 'bad'; reason: string; index: number }
  | { kind: 'end'; complete: boolean };

export const BAD_CAR = 'not a CAR file of version 1';
export const BAD_BLOCK = 'a block that does not have the content its address names';
export const LARGE_BLOCK = 'a block larger than a record may be';

/**
 * Reads a CAR v1 file (https://ipld.io/specs/transport/car/carv1/) block by block, checking each against its CID.
 * A bad block is told and passed over; a library reader would give up the whole file.
 */
export async function* readCar(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<CarEvent[]> {
  let rest: Buffer = Buffer.alloc(0);
  let toSkip = 0;
  let hasHeader = false;
  let index = 0;
  for await (const piece of pieces) {
    let chunk = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
    const events: CarEvent[] = [];
    for (;;) {
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, chunk.length);
        toSkip -= skipped;
        chunk = chunk.subarray(skipped);
      }
      const length = varint(chunk);
      if (length === null) break;
      if (length.value === -1) {
        yield [
          ...events,
          { kind: 'bad', reason: hasHeader ? 'a block whose length is unreadable' : BAD_CAR, index },
          { kind: 'end', complete: false },
        ];
        return;
      }
      if (length.value > MAX_BLOCK_BYTES && hasHeader) {
        events.push({ kind: 'bad', reason: LARGE_BLOCK, index: index++ });
        toSkip = length.size + length.value;
        continue;
      }
      if (length.value > MAX_BLOCK_BYTES) {
        yield [
          { kind: 'bad', reason: BAD_CAR, index },
          { kind: 'end', complete: false },
        ];
        return;
      }
      if (chunk.length < length.size + length.value) break;
      const bytes = chunk.subarray(length.size, length.size + length.value);
      chunk = chunk.subarray(length.size + length.value);
      if (!hasHeader) {
        const roots = readHeader(bytes);
        if (roots === null) {
          yield [
            { kind: 'bad', reason: BAD_CAR, index },
            { kind: 'end', complete: false },
          ];
          return;
        }
        hasHeader = true;
        events.push({ kind: 'roots', roots });
      } else events.push(readBlock(bytes, index++));
    }
    rest = chunk;
    if (events.length > 0) yield events;
  }
  yield [{ kind: 'end', complete: rest.length === 0 && toSkip === 0 && hasHeader }];
}

/** LEB128; null: more bytes are needed; -1: longer than any length in use. */
function varint(bytes: Buffer): { value: number; size: number } | null {
  let value = 0;
  for (let at = 0; at < 8; at++) {
    const byte = bytes[at];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if ((byte & 0x80) === 0) return { value, size: at + 1 };
  }
  return { value: -1, size: 8 };
}

function readHeader(bytes: Buffer): string[] | null {
  try {
    const header: unknown = decode(bytes);
    if (!isMap(header) || header['version'] !== 1 || !Array.isArray(header['roots'])) return null;
    return header['roots'].flatMap((root) => cidKey(root) ?? []);
  } catch {
    return null;
  }
}

function readBlock(bytes: Buffer, index: number): CarEvent {
  const [version, codec, hash, size] = bytes;
  if (version !== 1 || hash !== 0x12 || size !== 32 || bytes.length < CID_BYTES) {
    return { kind: 'bad', reason: 'a block with an address of an unknown form', index };
  }
  const content = bytes.subarray(CID_BYTES);
  const digest = createHash('sha256').update(content).digest();
  if (!digest.equals(bytes.subarray(4, CID_BYTES))) return { kind: 'bad', reason: BAD_BLOCK, index };
  const cid = bytes.subarray(0, CID_BYTES).toString('latin1');
  return { kind: 'block', block: { cid, bytes: content, isCbor: codec === CODEC_CBOR } };
}

/** Decodes DAG-CBOR; null when it isn't any. */
export function decodeBlock(bytes: Uint8Array): unknown {
  try {
    const value: unknown = decode(bytes);
    return value;
  } catch {
    return null;
  }
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map key of a link as the decoder gives it. */
export function cidKey(link: unknown): string | null {
  if (!isMap(link) || !(link['bytes'] instanceof Uint8Array)) return null;
  return Buffer.from(link['bytes']).toString('latin1');
}
