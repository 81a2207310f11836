/**
 * What a feed costs: the made-up town through 3 rankers, 3 blockers of which one reads text, and 1 reranker, from the
 * request to the page, in the sandbox and in an unsandboxed twin in the same run.
 * `node bench/feed.ts [posts…]`; ROUNDS=n for more rounds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createFeed, type Feed } from '../main/feed/index.ts';
import { openTown } from './town.ts';
import { BENCH_WORDS, benchMix, mixEntry } from './bench-mix.ts';
import { unsandboxed } from './unsandboxed.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 30);
const SIZES = process.argv.slice(2).map(Number);
const START = Date.UTC(2025, 5, 1, 12);
const MINUTE = 60_000;
const PAUSE_MS = 40;
const REQUEST = { order: 'mix', limit: 40 } as const;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function measured(label: string, rounds: number, work: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work(round);
    times.push(performance.now() - started);
    // Nobody asks without a pause; the sandbox makes its spare isolates in such pauses.
    await sleep(PAUSE_MS);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
  print(`  ${label.padEnd(44)} p50 ${at(0.5).toFixed(1)} ms   p95 ${at(0.95).toFixed(1)} ms`);
  return at(0.5);
}

async function bench(posts: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  let now = START;
  const { store, records, market, sandbox } = stack.use(await openTown({ posts, at: START, now: () => now }));

  const open = (runs: Parameters<typeof createFeed>[0]['sandbox']): Feed =>
    createFeed({ store, records, market, sandbox: runs, now: () => now, timeZone: async () => 'Europe/Berlin' });
  const mix = benchMix(posts);
  const feed = stack.use(open(sandbox));
  await feed.saveMix(mix);
  await feed.saveWords(BENCH_WORDS);

  const first = await feed.makeFeed(REQUEST);
  print(
    `${posts} posts: ${first.total} in the window, ${first.hidden} hidden, notices ${JSON.stringify(first.notices)}`,
  );
  const rounds = posts > 20_000 ? Math.ceil(ROUNDS / 3) : ROUNDS;
  const nextMinute = (): void => {
    now += MINUTE;
  };
  await measured('nothing changed since the last request', rounds, () => feed.makeFeed(REQUEST));
  const warm = await measured('warm: a minute later', rounds, () => (nextMinute(), feed.makeFeed(REQUEST)));
  await measured('slider: another weight', rounds, (round) => {
    const entries = mix.entries.map((one) => ({ ...one, weight: one.weight + (round % 7) / 10 }));
    return feed.makeFeed({ ...REQUEST, mix: { ...mix, entries } });
  });
  const wider = await measured('warm with one more algorithm (Reddit)', rounds, () => {
    nextMinute();
    return feed.makeFeed({ ...REQUEST, mix: benchMix(posts, mixEntry('reddit')) });
  });
  print(`  one more algorithm: ${(wider - warm).toFixed(1)} ms`);
  await feed.settled();
  await measured('cold: nothing remembered, window not loaded', Math.ceil(rounds / 6), async () => {
    nextMinute();
    await using fresh = open(sandbox);
    await fresh.makeFeed(REQUEST);
  });
  const twin = stack.use(open(unsandboxed()));
  await twin.makeFeed(REQUEST);
  const bare = await measured('unsandboxed twin, a minute later', rounds, () => (nextMinute(), twin.makeFeed(REQUEST)));
  print(`  sandboxed / unsandboxed: ${(warm / bare).toFixed(2)}`);
  const { rss } = process.memoryUsage();
  print(`  resident, without the sandbox's processes: ${(rss / 1024 / 1024).toFixed(0)} MB`);
}

for (const posts of SIZES.length > 0 ? SIZES : [1000, 5000, 20_000, 100_000]) await bench(posts);
