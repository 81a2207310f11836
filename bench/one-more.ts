/**
 * What one more algorithm adds to a feed of 5,000 posts: feeds with and without it in turn, a minute apart, and the
 * difference of each pair, so that whatever else the machine does meets both alike.
 * `node bench/one-more.ts [posts] [pairs] [algorithm…]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createFeed } from '../main/feed/index.ts';
import { createRandom } from '../build/sample/random.ts';
import { BENCH_WORDS, benchMix, mixEntry } from './bench-mix.ts';
import { openTown } from './town.ts';

const [posts = 5000, pairs = 60] = process.argv.slice(2, 4).map(Number);
const NAMED = process.argv.slice(4);
const ADDED = NAMED.length > 0 ? NAMED : ['reddit', 'fair-heat', 'see-less', 'labels-and-lists'];
const START = Date.UTC(2025, 5, 1, 12);
const MINUTE = 60_000;
const PAUSE_MS = 40;
const WARM = 5;
const DRAWS = 5000;

let now = START;
await using town = await openTown({ posts, at: START, now: () => now });
await using feed = createFeed({ ...town, now: () => now, timeZone: async () => 'Europe/Berlin' });
await feed.saveWords(BENCH_WORDS);
const random = createRandom(1);

async function timed(...added: string[]): Promise<number> {
  now += MINUTE;
  const mix = benchMix(posts, ...added.map((name) => mixEntry(name)));
  const started = performance.now();
  const { notices } = await feed.makeFeed({ order: 'mix', limit: 40, mix });
  const took = performance.now() - started;
  if (notices.length > 0) throw new Error(JSON.stringify(notices));
  await sleep(PAUSE_MS);
  return took;
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** The 95 % interval of the middle value, by drawing the pairs anew. */
function interval(values: readonly number[]): [low: number, high: number] {
  const drawn = Array.from({ length: DRAWS }, () => middleOf(values.map(() => random.pick(values)))).sort(
    (a, b) => a - b,
  );
  return [drawn[Math.floor(0.025 * DRAWS)] ?? NaN, drawn[Math.floor(0.975 * DRAWS)] ?? NaN];
}

for (const name of ADDED) {
  for (let round = 0; round < WARM; round++) await timed(...(round % 2 === 0 ? [] : [name]));
  const [withs, withouts]: [number[], number[]] = [[], []];
  for (let pair = 0; pair < pairs; pair++) {
    // Which of the two comes first is drawn by lot.
    if (random.chance(0.5)) {
      withouts.push(await timed());
      withs.push(await timed(name));
    } else {
      withs.push(await timed(name));
      withouts.push(await timed());
    }
  }
  const more = withs.map((took, pair) => took - (withouts[pair] ?? NaN));
  const [low, high] = interval(more);
  process.stdout.write(
    `${name}: ${middleOf(more).toFixed(1)} ms more (95 %: ${low.toFixed(1)} to ${high.toFixed(1)}) in ${String(pairs)} pairs of ` +
      `${middleOf(withouts).toFixed(1)} ms without and ${middleOf(withs).toFixed(1)} ms with it, ${String(posts)} posts\n`,
  );
}
