/**
 * What each algorithm that ships costs from a thousand posts to two hundred thousand, in both tiers: from the batch that
 * is sent into the sandbox to the answer, alone, by the posts of the made-up town. Prints a table for the docs.
 * `node bench/curve.ts [posts…]`; a run longer than LONGEST milliseconds is the last of its algorithm and tier.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createFeed } from '../main/feed/index.ts';
import type { Call, RunRequest, RunResult, Tier } from '../protocol/sandbox-run.ts';
import { BENCH_WORDS, benchMix } from './bench-mix.ts';
import { openTown } from './town.ts';

const GIVEN = process.argv.slice(2).map(Number);
const SIZES = GIVEN.length > 0 ? GIVEN : [1000, 5000, 20_000, 50_000, 100_000, 200_000];
const START = Date.UTC(2025, 5, 1, 12);
const LONGEST = Number(process.env.LONGEST ?? 2500);
type Sandbox = Parameters<typeof createFeed>[0]['sandbox'];

/** Rounds of the smaller sizes; of the larger ones fewer, since they vary less. */
const ROUNDS = 5;
const PAUSE_MS = 40;
const MANY = 50_000;
const never = new AbortController().signal;

/** The sandbox, with the time between the first request and the last answer. */
class Clocked implements Sandbox {
  readonly #of: Sandbox;
  #first = Infinity;
  #last = -Infinity;

  constructor(of: Sandbox) {
    this.#of = of;
  }

  async run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>> {
    this.#first = Math.min(this.#first, performance.now());
    const result = await this.#of.run(request);
    this.#last = performance.now();
    return result;
  }

  /** Since it was last asked. */
  taken(): number {
    const took = this.#last - this.#first;
    this.#first = Infinity;
    this.#last = -Infinity;
    return took;
  }
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN;
}

await using town = await openTown({ posts: Math.max(...SIZES), at: START, now: () => START });
const clocked = new Clocked(town.sandbox);
await using feed = createFeed({ ...town, sandbox: clocked, now: () => START, timeZone: async () => 'Europe/Berlin' });
await feed.saveWords(BENCH_WORDS);
const installed = await town.market.installed();
const cells = new Map<string, string[]>();
const tooLong = new Set<string>();

for (const size of SIZES) {
  await feed.saveMix(benchMix(size));
  for (const { manifest } of installed) {
    const loaded = await town.market.load(manifest.id);
    for (const tier of ['fast', 'hardened'] satisfies Tier[]) {
      const name = `${manifest.id.replace('org.datalocker.', '')} | ${tier}`;
      const line = cells.get(name) ?? [];
      cells.set(name, line);
      if (tooLong.has(name)) {
        line.push('–');
        continue;
      }
      const times: number[] = [];
      let failure: string | null = null;
      for (let round = 0; round < (size >= MANY ? 1 : ROUNDS) && failure === null; round++) {
        ({ failure } = await feed.trial({ ...loaded, tier }, { facts: false }, never));
        times.push(clocked.taken());
        // The sandbox makes its spare isolates in such pauses.
        await sleep(PAUSE_MS);
      }
      const took = middle(times);
      if (failure !== null || took > LONGEST) tooLong.add(name);
      line.push(failure ?? (took < 10 ? took.toFixed(1) : took.toFixed(0)));
    }
  }
  process.stderr.write(`${String(size)} posts done\n`);
}

const heads = SIZES.map((size) => size.toLocaleString('en'));
process.stdout.write(`| Algorithm | Tier | ${heads.join(' | ')} |\n| --- | --- |${' ---: |'.repeat(SIZES.length)}\n`);
for (const [name, line] of cells) process.stdout.write(`| ${name} | ${line.join(' | ')} |\n`);
