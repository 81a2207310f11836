import type { Kysely } from 'kysely';
import { z } from 'zod';
import { Datatype } from '../../../protocol/datatypes.ts';
import type { Database } from '../database.ts';
import { writeOperation } from '../operation.ts';
import { bury } from './delete.ts';
import { isMadeHere } from './made-here.ts';
import { matesOf } from './persons.ts';
import { PreparedRecord } from '../../derive/index.ts';
import { hasKey } from './record-keys.ts';
import { removeRecords } from './remove-records.ts';
import { among } from './sql-rows.ts';
import { upsert } from './upsert-batch.ts';

export const ownActWrites = {
  /** Stores what the owner does inside the locker, also what was taken back before; what is already in force stays as it is. */
  'records.act': writeOperation(
    z.strictObject({ records: z.array(PreparedRecord).min(1).max(10) }),
    async (transactor, { records }) => {
      const { db } = transactor;
      const refs = records.map(({ ref }) => ref);
      await db.deleteFrom('tombstone').where('ref', 'in', among(refs)).execute();
      const known = await db.selectFrom('record').select(['ref', 'identity']).where(hasKey(refs)).execute();
      const fresh = records.filter(
        ({ ref, identity }) => !known.some((row) => row.ref === ref && row.identity === identity),
      );
      const { counts } = await upsert(transactor, fresh);
      return { added: counts.added };
    },
  ),
  /**
   * Takes back what the owner did about an object: removes the act made here; one that came with an import counts as
   * deleted by the owner.
   */
  'records.undoAct': writeOperation(
    z.strictObject({
      datatype: Datatype,
      kinds: z.array(z.string().max(100)).max(10),
      /** Key of the object. */
      object: z.int(),
      /** True where the object is an account: then the act may name any account of the person, by any of its names. */
      account: z.boolean(),
    }),
    async ({ db, now }, { datatype, kinds, object, account }): Promise<{ removed: number }> => {
      const objects = account ? await namesOfPerson(db, object) : [object];
      const rows = await db
        .selectFrom('record')
        .select(['id', 'ref', 'identity', 'kind', 'uri'])
        .where('object', 'in', among(objects))
        .where('datatype', '=', datatype)
        .where('mine', '=', 1)
        .execute();
      const acts = rows.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
      await bury(
        db,
        acts.filter(({ uri }) => !isMadeHere(uri)),
        now(),
      );
      return {
        removed: await removeRecords(
          db,
          acts.map(({ id }) => id),
          now(),
        ),
      };
    },
  ),
};

async function namesOfPerson(db: Kysely<Database>, account: number): Promise<number[]> {
  const accounts = new Set([account, ...(await matesOf(db, [account]))]);
  const named = await db.selectFrom('author_alias').select('alias').where('author', 'in', among(accounts)).execute();
  return [...accounts, ...named.map(({ alias }) => alias)];
}
