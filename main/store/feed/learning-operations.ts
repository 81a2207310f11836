import { z } from 'zod';
import { readOperation, writeOperation } from '../operation.ts';

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
  /** Forgets every comparison. */
  'feed.dropComparisons': writeOperation(z.strictObject({}), async ({ db }) => {
    await db.deleteFrom('feed_comparison').execute();
  }),
};
