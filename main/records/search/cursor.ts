import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';

/** Where a page ends: before a record (newest first), or after so many (best first). */
const Cursor = z.union([z.strictObject({ before: z.int() }), z.strictObject({ after: z.int().min(1).max(2000) })]);
export type Cursor = z.infer<typeof Cursor>;

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Throws bad_cursor. */
export function readCursor(text: string): Cursor {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (error) {
    throw new LockerError('bad_cursor', { cause: error });
  }
}
