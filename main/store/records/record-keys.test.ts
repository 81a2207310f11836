import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openTestFile } from '../testing.ts';
import { addKeys, moveKeys, removeKeys } from './record-keys.ts';

const RUNS = process.env['SOAK'] === '1' ? 200 : 20;
const KEYS = 2 ** 52;

const key = fc.integer({ min: 1, max: KEYS - 1 });
const step = fc.record({
  refs: fc.array(fc.oneof(key, fc.constantFrom(1, 2, KEYS - 1)), { maxLength: 300 }),
  /** Changes without a key, as an edit makes them; more than a whole round of either level among them. */
  others: fc.constantFrom(0, 1, 7, 4000, 9000, 140_000),
  removes: fc.nat(20),
});

test('a key is in one level until it is removed, whatever has moved on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(2 ** 40), fc.array(step, { minLength: 1, maxLength: 12 }), async (start, steps) => {
      await using open = await openTestFile();
      await open.migrateTo();
      const { db } = open.connection;
      let seq = start;
      let kept: { ref: number; id: number }[] = [];
      let id = 1;
      for (const { refs, others, removes } of steps) {
        const fresh = refs.map((ref) => ({ ref, id: id++ }));
        await addKeys(db, fresh);
        await moveKeys(db, seq, fresh.length + others);
        seq += fresh.length + others;
        kept.push(...fresh);
        await removeKeys(db, kept.slice(0, removes));
        kept = kept.slice(removes);
      }
      const rows = await db.selectFrom('record_key').select(['ref', 'id']).orderBy('id').execute();
      expect(rows).toEqual(kept);
    }),
    { numRuns: RUNS },
  );
});

test('few keys stay in the small levels, however many come', async () => {
  await using open = await openTestFile();
  await open.migrateTo();
  const { db } = open.connection;
  const batch = 500;
  for (let seq = 0; seq < 60_000; seq += batch) {
    // Spread over all keys, as digests are.
    const fresh = Array.from({ length: batch }, (_, i) => ({ ref: ((seq + i) * 0x9e3779b97f4a7) % KEYS, id: seq + i }));
    await addKeys(db, fresh);
    await moveKeys(db, seq, batch);
  }
  const levels = await db
    .selectFrom('record_key')
    .select(['level', db.fn.countAll<number>().as('keys')])
    .groupBy('level')
    .orderBy('level')
    .execute();
  const [first = 0, second = 0, last = 0] = levels.map(({ keys }) => keys);
  expect(first).toBeLessThan(5000);
  expect(second).toBeGreaterThan(last);
  expect(last).toBeGreaterThan(5000);
});
