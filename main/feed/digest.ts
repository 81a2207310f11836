import { createHash } from 'node:crypto';

const known = new WeakMap<ArrayBufferView, string>();

/** SHA-256 of a column's bytes, kept as long as the column: columns are never changed once made. */
export function columnDigest(column: ArrayBufferView): string {
  const digest = known.get(column);
  if (digest !== undefined) return digest;
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
  const made = createHash('sha256').update(bytes).digest('hex');
  known.set(column, made);
  return made;
}

/** SHA-256 of a JSON value whose members are always written in the same order. */
export function jsonDigest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
