import { expect, test } from 'vitest';
import type { Plan } from '../../protocol/contract/plan.ts';
import { note, openRecords } from '../../main/records/testing.ts';
import { openServiceReader } from '../../main/store/index.ts';

/** Words that are looked for in texts made to be long to read. */
function poisoned(seconds: number): ReturnType<typeof note>[] {
  const word = 'ab '.repeat(33_000);
  return Array.from({ length: 200 * seconds }, (_, i) => note(i, { content: word }));
}

const scope = {
  datatype: 'social.post',
  conditions: [],
  since: null,
  until: null,
  othersPrivate: false,
  appendedBy: null,
} as const;
const QUICK: Plan = {
  kind: 'list',
  scope: { ...scope, conditions: [] },
  words: null,
  fields: ['id'],
  order: { field: 'published', direction: 'desc' },
  after: null,
  limit: 1,
};
/** No post has the words in a row, but each has to be looked at. */
const SLOW: Plan = { kind: 'count', scope: { ...scope, conditions: [] }, words: { text: 'ab', fields: ['title'] } };
const SLOWER: Plan = { ...SLOW, words: { text: 'ab', fields: ['content'] } };

test('a plan that would take long is stopped at its deadline, with its process, while others are answered', async () => {
  await using locker = await openRecords();
  const all = poisoned(2);
  for (let i = 0; i < all.length; i += 20) await locker.import('a', all.slice(i, i + 20));
  await using reader = openServiceReader(locker.store);
  await reader.read(QUICK, { party: 'good' });
  const started = performance.now();
  const slow = reader.read(SLOWER, { party: 'bad', deadlineMs: 300 }).then(
    () => 'answered',
    (error: unknown) => (error as { code: string }).code,
  );
  let answered = 0;
  while (performance.now() - started < 250) {
    await reader.read(QUICK, { party: 'good', deadlineMs: 2000 });
    answered++;
  }
  expect(answered).toBeGreaterThan(5);
  expect(await slow).toBe('query_too_slow');
  expect(performance.now() - started).toBeLessThan(2000);
  // And both are there again.
  expect(await reader.read(QUICK, { party: 'bad' })).toMatchObject({ kind: 'rows' });
});
