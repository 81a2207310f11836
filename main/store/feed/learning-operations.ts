import { z } from 'zod';
import { sql } from 'kysely';
import { readOperation, writeOperation } from '../operation.ts';
import { POST_ACTS } from '../records/post-acts.ts';

const Name = z.string().min(1).max(100);
/** The oldest go when there are more: what somebody wanted years ago says little. */
const COMPARISONS_MAX = 2000;

export const learningReads = {
  /** All that algorithms have learnt. */
  'feed.states': readOperation(z.strictObject({}), async ({ db }) => {
    const rows = await db.selectFrom('feed_state').selectAll().execute();
    return rows.map(({ mix, entry, algorithm, state, learnt }) => ({
      mix,
      entry,
      algorithm,
      state: new Float64Array(Uint8Array.from(state).buffer),
      learnt,
    }));
  }),
  /** The owner's comparisons, oldest first. */
  'feed.comparisons': readOperation(z.strictObject({}), async ({ db }) =>
    db.selectFrom('feed_comparison').select(['better', 'worse', 'at', 'facts']).orderBy('id').execute(),
  ),
  /** Posts of which the owner wanted more or less of the like, latest first, found in the index of what was told. */
  'feed.wishes': readOperation(
    z.strictObject({ offset: z.int().min(0), limit: z.int().min(1).max(1000) }),
    async ({ db }, { offset, limit }) => {
      const wishes = db
        .selectFrom('post_column as p')
        .innerJoin('record as r', 'r.object', 'p.ref')
        .where(sql<boolean>`(p.acts <> 0 or p.seen_count > 0)`)
        .where(sql<boolean>`(p.acts & ${POST_ACTS.less | POST_ACTS.more}) <> 0`)
        .where('r.datatype', '=', 'social.reaction')
        .where('r.kind', 'in', ['Dislike', 'More'])
        .where('r.mine', '=', 1)
        // Imported and made here: said twice about one post, listed once.
        .groupBy(['p.id', 'r.kind']);
      const rows = await wishes
        .select(['p.id', 'r.kind', (row) => row.fn.max('r.published').as('at')])
        .orderBy('at', 'desc')
        .orderBy('p.id', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      const all = db
        .selectFrom(wishes.select('p.id').as('wish'))
        .select((row) => row.fn.countAll<number>().as('total'));
      const { total } = await all.executeTakeFirstOrThrow();
      return {
        items: rows.map(({ id, kind, at }) => ({
          id,
          act: kind === 'More' ? ('more' as const) : ('less' as const),
          at,
        })),
        total,
      };
    },
  ),
};

export const learningWrites = {
  /** Keeps what an algorithm has learnt, in place of what it had. */
  'feed.putState': writeOperation(
    z.strictObject({ mix: Name, entry: Name, algorithm: Name, state: z.instanceof(Float64Array), at: z.int() }),
    async ({ db }, { mix, entry, algorithm, state, at }) => {
      const bytes = new Uint8Array(state.buffer, state.byteOffset, state.byteLength);
      const row = { algorithm, state: bytes, learnt: at };
      await db
        .insertInto('feed_state')
        .values({ mix, entry, ...row })
        .onConflict((conflict) => conflict.columns(['mix', 'entry']).doUpdateSet(row))
        .execute();
    },
  ),
  /** Forgets what was learnt in an entry; without one, everything. */
  'feed.dropStates': writeOperation(
    z.strictObject({ only: z.strictObject({ mix: Name, entry: Name }).nullable() }),
    async ({ db }, { only }) => {
      const all = db.deleteFrom('feed_state');
      await (only === null ? all : all.where('mix', '=', only.mix).where('entry', '=', only.entry)).execute();
    },
  ),
  /** Notes what the owner would rather have seen; an earlier answer about the same two is replaced. */
  'feed.putComparison': writeOperation(
    z.strictObject({ better: z.int(), worse: z.int(), at: z.int(), facts: z.string().max(20_000) }),
    async ({ db }, comparison) => {
      const { better, worse } = comparison;
      await db
        .deleteFrom('feed_comparison')
        .where((row) =>
          row.or([
            row.and([row('better', '=', better), row('worse', '=', worse)]),
            row.and([row('better', '=', worse), row('worse', '=', better)]),
          ]),
        )
        .execute();
      await db.insertInto('feed_comparison').values(comparison).execute();
      await db
        .deleteFrom('feed_comparison')
        .where('id', 'in', (query) =>
          query.selectFrom('feed_comparison').select('id').orderBy('id', 'desc').limit(-1).offset(COMPARISONS_MAX),
        )
        .execute();
    },
  ),
  /** Forgets what the owner said about two posts. */
  'feed.dropComparison': writeOperation(
    z.strictObject({ better: z.int(), worse: z.int() }),
    async ({ db }, { better, worse }): Promise<boolean> => {
      const { numDeletedRows } = await db
        .deleteFrom('feed_comparison')
        .where('better', '=', better)
        .where('worse', '=', worse)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  ),
  /** Forgets every comparison. */
  'feed.dropComparisons': writeOperation(z.strictObject({}), async ({ db }) => {
    await db.deleteFrom('feed_comparison').execute();
  }),
};
