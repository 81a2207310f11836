import type { Kysely } from 'kysely';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import type { Database } from '../database.ts';

export const SourceId = z.string().min(1).max(40);

/** @throws LockerError label_source_not_found */
export async function sourceNumber(db: Kysely<Database>, id: string): Promise<number> {
  const row = await db.selectFrom('label_source').select('num').where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new LockerError('label_source_not_found');
  return row.num;
}
