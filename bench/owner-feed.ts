/**
 * Feeds of the whole program, asked for from the owner API over loopback HTTP, with the mix of `bench-mix.ts`.
 *
 * Warm: the process is open and has made ten feeds of the mix since its start; each of the next hundred counts, each a
 * minute later by the locker's clock, so that no answer of a minute before can be used again. The ten have a line of their
 * own. Cold: the first feed of a process that was just started and opened, asked for at once; files are in the page cache.
 *
 * `node bench/owner-feed.ts [posts…]`; PAUSE_MS between feeds (40).
 */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateTown } from '../build/sample/town.ts';
import { FeedPage } from '../protocol/owner/feed.ts';
import { BENCH_WORDS, benchMix } from './bench-mix.ts';
import { importFile, openWholeLocker, percentiles, type WholeLocker } from './whole-locker.ts';

const SIZES = process.argv.slice(2).map(Number);
const PAUSE_MS = Number(process.env['PAUSE_MS'] ?? 40);
const FIRST = 10;
const WARM = 100;
const COLD_ROUNDS = 5;

process.env['NODE_OPTIONS'] = `--import=${import.meta.resolve('./minute-clock.ts')}`;

/** The made-up town's posts as an ActivityStreams collection. */
async function writeTown(path: string, posts: number): Promise<void> {
  const out = createWriteStream(path);
  out.write('{"type":"OrderedCollection","orderedItems":[');
  let first = true;
  for (const { body } of generateTown(Date.now(), { people: Math.max(60, Math.ceil(posts / 60)), posts })) {
    if (!out.write(`${first ? '' : ','}\n${JSON.stringify(body)}`)) await once(out, 'drain');
    first = false;
  }
  out.end(']}');
  await once(out, 'finish');
}

async function feed(whole: WholeLocker): Promise<{ ms: number; page: FeedPage }> {
  const started = performance.now();
  const answer = await whole.call('POST', '/owner/feeds', { order: 'mix', limit: 40 });
  const ms = performance.now() - started;
  const page = FeedPage.parse(answer);
  if (page.notices.length > 0) throw new Error(`not the whole mix: ${JSON.stringify(page.notices)}`);
  return { ms, page };
}

async function minutesLater(whole: WholeLocker, rounds: number): Promise<number[]> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    whole.signal('SIGUSR2');
    await sleep(PAUSE_MS);
    took.push((await feed(whole)).ms);
  }
  return took;
}

async function bench(posts: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'locker-bench-'));
  const data = join(folder, 'data');
  try {
    await writeTown(join(folder, 'posts.json'), posts);
    {
      await using whole = await openWholeLocker(data);
      await importFile(whole, join(folder, 'posts.json'));
      await whole.call('PUT', '/owner/muted-words', BENCH_WORDS);
      await whole.call('PUT', '/owner/mix', benchMix(posts));
      // So that what the first start does once is not in a later one.
      await feed(whole);
    }
    const cold: number[] = [];
    for (let round = 0; round < COLD_ROUNDS; round++) {
      await using whole = await openWholeLocker(data);
      cold.push((await feed(whole)).ms);
    }
    console.log(`${posts} posts, cold, of ${COLD_ROUNDS} starts: ${cold.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    await using whole = await openWholeLocker(data);
    const { page } = await feed(whole);
    console.log(`${page.total} in the window, ${page.hidden} hidden`);
    const [first, ...others] = [...(await minutesLater(whole, FIRST - 1))];
    console.log(`second feed ${first?.toFixed(0)} ms; 3rd to tenth: ${percentiles(others)}`);
    console.log(`warm, ${WARM} feeds: ${percentiles(await minutesLater(whole, WARM))}`);
    const { resident, proportional } = whole.memory();
    console.log(
      `all processes: ${resident.toFixed(0)} MB resident, ${proportional.toFixed(0)} MB with shared pages once`,
    );
    for (const one of whole.processes()) {
      console.log(`  ${one.resident.toFixed(0)} / ${one.proportional.toFixed(0)} MB ${one.command.slice(0, 80)}`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

for (const posts of SIZES.length > 0 ? SIZES : [5000, 100_000]) await bench(posts);
