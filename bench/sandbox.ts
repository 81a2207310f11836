/**
 * What the sandbox costs: the same scoring code over the same columns, in the sandbox's two tiers and without one.
 * `node bench/sandbox.ts`; ROUNDS=n for more rounds.
 */
import { createHash } from 'node:crypto';
import { createSandboxHost, type SandboxHost } from '../main/sandbox-host/index.ts';
import type { Batch, RankOut } from '../protocol/batch.ts';
import type { RunRequest, Tier } from '../protocol/sandbox-run.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 40);

/** A numeric ranker of usual size: five columns, two powers, one logarithm, an author table. */
const CODE = `module.exports = {
  score(batch, ctx) {
    const { ageHours, replies, boosts, likes } = batch.f64;
    const { authorIdx } = batch.u32;
    const { followers } = batch.author.f64;
    const score = new Float64Array(batch.n);
    for (let i = 0; i < batch.n; i += 1) {
      const points = 3 * replies[i] + 2 * boosts[i] + likes[i];
      const heat = Math.pow(Math.max(0, points - 1), 0.8) / Math.pow(ageHours[i] + 2, 1.8);
      score[i] = heat / Math.log10(10 + followers[authorIdx[i]]);
    }
    return { score };
  },
};`;

function makeBatch(n: number): Batch {
  let state = 1;
  const next = (below: number): number => (state = (state * 48271) % 2147483647) % below;
  const column = (below: number): Float64Array => Float64Array.from({ length: n }, () => next(below));
  const authors = 500;
  return {
    n,
    f64: { ageHours: column(168), replies: column(30), boosts: column(60), likes: column(300) },
    u32: { authorIdx: Uint32Array.from({ length: n }, () => next(authors)) },
    u8: {},
    author: {
      n: authors,
      f64: { followers: Float64Array.from({ length: authors }, () => next(100_000)) },
      u32: {},
      u8: {},
    },
  };
}

function requestFor(batch: Batch, tier: Tier): RunRequest<'score'> {
  return {
    hash: createHash('sha256').update(CODE).digest('hex'),
    code: CODE,
    tier,
    call: 'score',
    settings: {},
    batch,
    batchDigest: `bench-${batch.n}`,
    ctx: { now: 0, seed: 1, owner: {}, apiVersion: 1 },
    shape: { n: batch.n, maxDecisions: 0, argStride: 0, reasons: 0, contributions: 0 },
    deadlineMs: 10_000,
    memoryMb: 64,
  };
}

interface Module {
  exports: { score?(batch: Batch, ctx: object): RankOut };
}

/** The algorithm as a plain function of this process. */
function load(): (batch: Batch) => RankOut {
  const module: Module = { exports: {} };
  const body: unknown = Reflect.construct(Function, ['module', CODE]);
  if (typeof body === 'function') Reflect.apply(body, undefined, [module]);
  const { score } = module.exports;
  if (score === undefined) throw new Error('no score');
  return (batch) => score(batch, {});
}

export interface Spread {
  best: number;
  median: number;
  p95: number;
}

/** The three in turn, so that whatever else the machine does meets them alike. */
async function measure(rounds: number, acts: readonly (() => unknown)[]): Promise<Spread[]> {
  const times = acts.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, act] of acts.entries()) {
      const before = performance.now();
      await act();
      times[at]?.push(performance.now() - before);
      // The feed doesn't score without a pause either; the spare isolates are made in such pauses.
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }
  return times.map((list) => {
    const sorted = list.sort((a, b) => a - b);
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(rounds * share) - 1)] ?? NaN;
    return { best: at(0), median: at(0.5), p95: at(0.95) };
  });
}

async function inSandbox(host: SandboxHost, request: RunRequest<'score'>): Promise<void> {
  const result = await host.run(request);
  if (!result.ok) throw new Error(result.reason);
}

const NONE: Spread = { best: NaN, median: NaN, p95: NaN };

export interface SandboxFigure {
  posts: number;
  twin: Spread;
  fast: Spread;
  fastFirst: number;
  hardened: Spread;
}

export async function benchSandbox(rounds = ROUNDS): Promise<SandboxFigure[]> {
  await using host = createSandboxHost();
  await host.ready();
  const figures: SandboxFigure[] = [];
  for (const posts of [5_000, 100_000]) {
    const batch = makeBatch(posts);
    const plain = load();
    for (let warm = 0; warm < 20; warm += 1) plain(batch);
    const first = performance.now();
    await inSandbox(host, requestFor(batch, 'fast'));
    const fastFirst = performance.now() - first;
    await inSandbox(host, requestFor(batch, 'hardened'));
    const [twin = NONE, fast = NONE, hardened = NONE] = await measure(rounds, [
      () => plain(batch),
      () => inSandbox(host, requestFor(batch, 'fast')),
      () => inSandbox(host, requestFor(batch, 'hardened')),
    ]);
    figures.push({ posts, twin, fast, fastFirst, hardened });
  }
  return figures;
}

if (import.meta.main) {
  const show = ({ best, median, p95 }: Spread): string =>
    `${median.toFixed(1)} ms (best ${best.toFixed(1)}, p95 ${p95.toFixed(1)})`;
  const times = (one: Spread, other: Spread): string =>
    `${(one.median / other.median).toFixed(2)}× (best ${(one.best / other.best).toFixed(2)}×)`;
  for (const { posts, twin, fast, fastFirst, hardened } of await benchSandbox()) {
    process.stdout.write(
      `${posts} posts: unsandboxed ${show(twin)}\n  fast ${show(fast)}, ${times(fast, twin)}, ` +
        `with the batch sent ${fastFirst.toFixed(1)} ms\n  hardened ${show(hardened)}, ${times(hardened, twin)}\n`,
    );
  }
}
