import type { RawRow, RowsAnswer } from './gated-read.ts';

/**
 * Rows on their way from a reader process, as bytes: one kind, one `more`, two empty, then how many in four; for each row
 * its three numbers in eight bytes each, and how many code units its place and its fields take in four each; then those
 * texts, UTF-8. The fields are not looked into: they were made as JSON, and leave as it.
 */
const ROWS_KIND = 0;
const HEAD_BYTES = 8;
const ROW_BYTES = 32;

/** A reply that is not rows is a JSON object. */
export function isRowsFrame(bytes: Buffer): boolean {
  return bytes[0] === ROWS_KIND;
}

export function rowsFrame({ rows, more }: RowsAnswer): Buffer {
  const places = rows.map(([, , , at]) => JSON.stringify(at));
  const text = rows.map((row, index) => `${places[index] ?? ''}${row[4]}`).join('');
  const textFrom = HEAD_BYTES + rows.length * ROW_BYTES;
  const frame = Buffer.alloc(textFrom + Buffer.byteLength(text));
  frame.writeUInt8(ROWS_KIND, 0);
  frame.writeUInt8(more ? 1 : 0, 1);
  frame.writeUInt32LE(rows.length, 4);
  rows.forEach(([ref, identity, seq, , fields], index) => {
    const at = HEAD_BYTES + index * ROW_BYTES;
    frame.writeDoubleLE(ref, at);
    frame.writeDoubleLE(identity, at + 8);
    frame.writeDoubleLE(seq, at + 16);
    frame.writeUInt32LE(places[index]?.length ?? 0, at + 24);
    frame.writeUInt32LE(fields.length, at + 28);
  });
  frame.write(text, textFrom);
  return frame;
}

/** Null where the bytes are no such frame. */
export function readRows(frame: Buffer): RowsAnswer | null {
  if (frame.length < HEAD_BYTES || !isRowsFrame(frame)) return null;
  const count = frame.readUInt32LE(4);
  const textFrom = HEAD_BYTES + count * ROW_BYTES;
  if (frame.length < textFrom) return null;
  const text = frame.toString('utf8', textFrom);
  const rows: RawRow[] = [];
  let from = 0;
  for (let at = HEAD_BYTES; at < textFrom; at += ROW_BYTES) {
    const placeTo = from + frame.readUInt32LE(at + 24);
    const to = placeTo + frame.readUInt32LE(at + 28);
    const numbers = [frame.readDoubleLE(at), frame.readDoubleLE(at + 8), frame.readDoubleLE(at + 16)] as const;
    const place = placeOf(text.slice(from, placeTo));
    const fields = text.slice(placeTo, to);
    if (place === undefined || !numbers.every(Number.isSafeInteger) || !isObject(fields)) return null;
    rows.push([...numbers, place, fields]);
    from = to;
  }
  return from === text.length ? { kind: 'rows', rows, more: frame.readUInt8(1) === 1 } : null;
}

function placeOf(text: string): RawRow[3] | undefined {
  try {
    const place: unknown = JSON.parse(text);
    return typeof place === 'string' || typeof place === 'number' || place === null ? place : undefined;
  } catch {
    return undefined;
  }
}

function isObject(text: string): boolean {
  return text.startsWith('{') && text.endsWith('}');
}
