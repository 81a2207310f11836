/**
 * What looking back and trying costs: a month of posts under two mixes, a day at a time, and what an algorithm does by
 * itself with its metamorphic facts, for every algorithm that ships, in both tiers.
 * `node bench/replay.ts [posts of the month]`
 */
import { createFeed } from '../main/feed/index.ts';
import { BENCH_WORDS, benchMix, mixEntry } from './bench-mix.ts';
import { openTown } from './town.ts';

const POSTS = Number(process.argv[2] ?? 20_000);
const DAYS = 30;
const ROUNDS = 5;
/** The made-up town writes evenly over these. */
const TOWN_DAYS = 60;
const START = Date.UTC(2025, 5, 1, 12);
const never = new AbortController().signal;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await using town = await openTown({ posts: (TOWN_DAYS / DAYS) * POSTS, at: START, now: () => START });
await using feed = createFeed({ ...town, now: () => START, timeZone: async () => 'Europe/Berlin' });
const mix = benchMix(5000);
const other = { ...benchMix(5000, mixEntry('reddit')), id: 'other', name: 'Other' };
await feed.saveMix(mix);
await feed.saveWords(BENCH_WORDS);

for (let round = 0; round < ROUNDS; round++) {
  const { visits, posts, tookMs, mix: side } = await feed.replay({ days: DAYS, page: 20, mix, other }, never);
  const notices = JSON.stringify(side.notices);
  print(
    `look back at ${String(posts)} posts on ${String(visits)} days under two mixes: ${tookMs.toFixed(0)} ms ${notices}`,
  );
}

for (const { manifest } of await town.market.installed()) {
  const loaded = await town.market.load(manifest.id);
  const took: string[] = [];
  for (const tier of ['fast', 'hardened'] as const) {
    const { tookMs, posts, failure } = await feed.trial({ ...loaded, tier }, { facts: true }, never);
    took.push(`${tier} ${tookMs.toFixed(0)} ms${failure === null ? '' : ` (${failure})`} of ${String(posts)}`);
  }
  print(`facts of ${manifest.id.padEnd(36)} ${took.join(', ')}`);
}
