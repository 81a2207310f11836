/**
 * How long a search over the owner API takes in a locker with a million posts.
 * `node bench/search.ts [posts]`; BENCH_FOLDER=path keeps the locker for the next run.
 */
import { largeLocker } from './large-locker.ts';
import { wordOfRank } from './posts-file.ts';
import { openWholeLocker, percentiles } from './whole-locker.ts';

const POSTS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 40;

const QUERIES: readonly (readonly [string, string])[] = [
  ['a word in very many posts', wordOfRank(0)],
  ['a word in some posts', wordOfRank(400)],
  ['a word in few posts', wordOfRank(19_900)],
  ['two words', `${wordOfRank(0)} ${wordOfRank(40)}`],
  ['a beginning of two letters', wordOfRank(3).slice(0, 2)],
  ['Japanese', '図書館'],
  ['Japanese, in the middle', '本を読み'],
  ['Thai', 'ห้องสมุด'],
  ['no accent typed', 'ubung'],
  ['nothing', 'xyzzyplugh'],
];

async function timed(count: number, action: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < count; round++) {
    const started = performance.now();
    await action();
    took.push(performance.now() - started);
  }
  return took;
}

await using large = await largeLocker(POSTS);
await using whole = await openWholeLocker(large.data);
const first = await timed(1, () => whole.call('GET', '/owner/records?limit=50'));
console.log(`first page of "my data": ${percentiles(first)}`);
for (const [name, query] of QUERIES) {
  const path = `/owner/records?limit=50&q=${encodeURIComponent(query)}`;
  const { items } = (await whole.call('GET', path)) as { items: unknown[] };
  console.log(
    `${name}: ${items.length} on the page, newest first ${percentiles(await timed(ROUNDS, () => whole.call('GET', path)))}`,
  );
}
const best = `/owner/records?limit=50&order=best&q=${encodeURIComponent(wordOfRank(0))}`;
console.log(
  `best match, a word in very many posts: ${percentiles(await timed(ROUNDS, () => whole.call('GET', best)))}`,
);
