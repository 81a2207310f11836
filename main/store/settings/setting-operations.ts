import { z } from 'zod';
import { Json } from '../../../protocol/json.ts';
import { readOperation, writeOperation } from '../operation.ts';

const Key = z.string().min(1).max(200);

export const settingReads = {
  /** The value kept under `key`, or null. */
  'settings.get': readOperation(z.strictObject({ key: Key }), async ({ db }, { key }): Promise<Json> => {
    const row = await db.selectFrom('setting').select('value').where('key', '=', key).executeTakeFirst();
    return row === undefined ? null : Json.parse(JSON.parse(row.value));
  }),
};

export const settingWrites = {
  /** Keeps `value` under `key`; null removes it. */
  'settings.set': writeOperation(z.strictObject({ key: Key, value: Json }), async ({ db, now }, { key, value }) => {
    if (value === null) {
      await db.deleteFrom('setting').where('key', '=', key).execute();
      return;
    }
    const row = { key, value: JSON.stringify(value), changed: now() };
    await db
      .insertInto('setting')
      .values(row)
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: row.value, changed: row.changed }))
      .execute();
  }),
};
