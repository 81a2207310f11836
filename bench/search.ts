/**
 * A locker with a million posts as its owner runs it: how soon it answers, and how long a search over the owner API takes.
 * `node bench/search.ts [posts]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wordOfRank, writePostsFile } from './posts-file.ts';
import { importFile, openWholeLocker, percentiles } from './whole-locker.ts';

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

const folder = await mkdtemp(join(tmpdir(), 'locker-bench-'));
const data = join(folder, 'data');
try {
  const file = join(folder, 'posts.json');
  await writePostsFile(file, POSTS, Date.now());
  {
    await using whole = await openWholeLocker(data);
    const seconds = await importFile(whole, file);
    console.log(
      `imported ${POSTS} posts in ${seconds.toFixed(1)} s: ${(POSTS / seconds).toFixed(0)} posts/s through the whole program`,
    );
  }
  await using whole = await openWholeLocker(data);
  console.log(
    `core ready with ${POSTS} records: answers after ${whole.startMs.toFixed(0)} ms, open ${whole.unlockMs.toFixed(0)} ms after the passphrase`,
  );
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
} finally {
  await rm(folder, { recursive: true, force: true });
}
