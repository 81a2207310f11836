import { HEAD_BYTES } from '../limits.ts';

/** One file of what is imported: on disk, in an archive, or uploaded. */
export interface ImportFile {
  /** Its place inside what is imported; a label only, never a path that anything is written to. */
  readonly path: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /** Reads it from the start; may be called more than once. */
  open(): AsyncIterable<Uint8Array>;
}

/** Something that was left out before it could be read. */
export interface LeftOut {
  readonly reason: string;
  readonly path: string;
}

/** The first bytes of a file, fewer when it ends or breaks off early; null when it can't be read at all. */
export async function headOf(file: ImportFile): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of file.open()) {
      parts.push(piece);
      size += piece.length;
      if (size >= HEAD_BYTES) break;
    }
  } catch {
    // What came before the damage is enough to tell the kind; reading it in full reports the damage.
    if (size === 0) return null;
  }
  return Buffer.concat(parts).subarray(0, HEAD_BYTES);
}

/** A file's bytes in one piece, or null when there are more than `most`. */
export async function wholeFile(file: ImportFile, most: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of file.open()) {
    size += piece.length;
    if (size > most) return null;
    parts.push(piece);
  }
  return Buffer.concat(parts);
}
