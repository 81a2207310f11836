/**
 * Memory of all locker processes together with 100,000 posts in the ranking window, and the feed over the owner API.
 * `node bench/memory.ts [posts]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Mix } from '../protocol/owner/feed.ts';
import { writePostsFile } from './posts-file.ts';
import { importFile, openWholeLocker, percentiles, type WholeLocker } from './whole-locker.ts';

const POSTS = Number(process.argv[2] ?? 100_000);

function megabytes({ resident, proportional }: ReturnType<WholeLocker['memory']>): string {
  return `${resident.toFixed(0)} MB resident (${proportional.toFixed(0)} MB with shared pages counted once)`;
}

const folder = await mkdtemp(join(tmpdir(), 'locker-bench-'));
const data = join(folder, 'data');
try {
  const file = join(folder, 'posts.json');
  await writePostsFile(file, POSTS, Date.now());
  {
    await using whole = await openWholeLocker(data);
    console.log(`imported in ${(await importFile(whole, file)).toFixed(1)} s, then ${megabytes(whole.memory())}`);
  }
  await using whole = await openWholeLocker(data);
  console.log(`opened: ${megabytes(whole.memory())}`);
  const saved = Mix.parse(await whole.call('GET', '/owner/mix'));
  const mix = { ...saved, window: { maxItems: POSTS, maxAgeHours: null } };
  const took: number[] = [];
  let peak = whole.memory();
  for (let round = 0; round < 21; round++) {
    const started = performance.now();
    const page = (await whole.call('POST', '/owner/feeds', { mix, order: 'mix', limit: 40 })) as { total: number };
    const ms = performance.now() - started;
    const memory = whole.memory();
    if (memory.resident > peak.resident) peak = memory;
    if (round === 0) console.log(`first feed over ${page.total} posts: ${ms.toFixed(0)} ms`);
    else took.push(ms);
  }
  console.log(`feed over ${POSTS} posts, warm, from the owner API: ${percentiles(took)}`);
  console.log(`all locker processes together: at most ${megabytes(peak)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
