import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';
import type { Batch } from '../../protocol/batch.ts';
import type { Call, RunRequest, RunResult, Tier } from '../../protocol/sandbox-run.ts';

const N = 3;

function batch(over: Partial<Batch> = {}): Batch {
  return {
    n: N,
    f64: { replies: Float64Array.of(1, NaN, 5) },
    u32: { authorIdx: Uint32Array.of(1, 0, 0xffffffff) },
    u8: { hasMedia: Uint8Array.of(1, 0, 1) },
    author: { n: 2, f64: { followers: Float64Array.of(10, 20) }, u32: {}, u8: { iFollow: Uint8Array.of(0, 1) } },
    ...over,
  };
}

describe.each(['fast', 'hardened'] as const)('an algorithm in the %s tier', (tier: Tier) => {
  let host: SandboxHost;
  let runs = 0;
  beforeAll(() => {
    host = createSandboxHost();
  });
  afterAll(() => host[Symbol.asyncDispose]());

  function run<C extends Call>(call: C, code: string, over: Partial<RunRequest<C>> = {}): Promise<RunResult<C>> {
    runs += 1;
    return host.run({
      hash: createHash('sha256').update(code).digest('hex'),
      code,
      tier,
      call,
      settings: {},
      batch: batch(),
      batchDigest: `batch-${runs}`,
      ctx: { now: 1000, seed: 42, owner: {}, apiVersion: 1 },
      shape: { n: N, maxDecisions: 10, argStride: 1, reasons: 2, contributions: 2 },
      deadlineMs: 10_000,
      memoryMb: 64,
      ...over,
    });
  }
  /** Scores given by an expression over `batch`, `ctx` and `settings`, three numbers. */
  async function scores(expression: string, over: Partial<RunRequest<'score'>> = {}): Promise<number[]> {
    const code = `let settings; module.exports = {
      init(given) { settings = given; },
      score(batch, ctx) { return { score: Float64Array.from(${expression}) }; },
    };`;
    const result = await run('score', code, over);
    if (!result.ok) throw new Error(result.reason);
    return Array.from(result.out.score);
  }

  it('reads its columns, missing values included', async () => {
    expect(await scores('batch.f64.replies')).toEqual([1, NaN, 5]);
    expect(await scores('Array.from(batch.u32.authorIdx, (at) => batch.author.f64.followers[at] ?? -1)')).toEqual([
      20, 10, -1,
    ]);
    expect(await scores('[Object.keys(batch.f64).length, Object.keys(batch.u8).length, batch.author.n]')).toEqual([
      1, 1, 2,
    ]);
  });

  it('may take the batch as rows', async () => {
    const row = '[row.replies, row.hasMedia, row.author?.followers ?? -1]';
    expect(await scores(`ctx.rows(batch).map((row) => ${row}.reduce((sum, x) => sum + x))`)).toEqual([22, NaN, 5]);
    expect(await scores(`ctx.rows(batch).map((row) => row.index + (row.author?.iFollow ?? 0))`)).toEqual([1, 1, 2]);
    expect(await scores(`ctx.rows(batch).map((row) => ('likes' in row ? 1 : 0))`)).toEqual([0, 0, 0]);
  });

  it('sees settings, time, seed and the owner’s lists, all frozen', async () => {
    const word = {
      value: 'x',
      targets: ['tag' as const],
      severity: 3 as const,
      excludeFollowing: false,
      expiresAt: null,
    };
    const over = {
      settings: { weight: 2.5, list: ['a', 'b'] },
      ctx: { now: 77, seed: 5, owner: { words: [word], hosts: ['example.org'] }, apiVersion: 1 as const },
    };
    expect(await scores('[settings.weight, settings.list.length, ctx.now]', over)).toEqual([2.5, 2, 77]);
    expect(await scores('[ctx.seed, ctx.owner.words[0].severity, ctx.owner.hosts.length]', over)).toEqual([5, 3, 1]);
    const frozen = '[settings, settings.list, ctx.owner.words[0].targets].map((x) => (Object.isFrozen(x) ? 1 : 0))';
    expect(await scores(frozen, over)).toEqual([1, 1, 1]);
  });

  it('has its texts as one string, whatever is in them', async () => {
    const texts = ['grüße', '', 'ไทย 日本 \ud83d lone 👋'];
    const arena = texts.join('');
    const off = Uint32Array.of(0, 5, 5, arena.length);
    const text = { arena, off, postSeg: Uint32Array.of(0, 1, 2, 3), kind: Uint8Array.of(0, 1, 6) };
    const over = { batch: batch({ text }) };
    const hash = (value: string): number =>
      [...Array(value.length).keys()].reduce((sum, at) => sum * 31 + value.charCodeAt(at), 7);
    const inside = `ctx.rows(batch).map((row) => {
      const { text } = row.segments[0];
      return [...Array(text.length).keys()].reduce((sum, at) => sum * 31 + text.charCodeAt(at), 7);
    })`;
    expect(await scores(inside, over)).toEqual(texts.map(hash));
    expect(await scores('batch.text.kind', over)).toEqual([0, 1, 6]);
    expect(await scores('ctx.rows(batch).map((row) => row.segments.length)', over)).toEqual([1, 1, 1]);
    const latin = { batch: batch({ text: { ...text, arena: 'grüße'.padEnd(arena.length, 'é') } }) };
    expect(
      await scores('[batch.text.arena.charCodeAt(2), batch.text.arena.charCodeAt(7), batch.text.arena.length]', latin),
    ).toEqual([252, 233, arena.length]);
  });

  it('has its texts as token ids where it asked for those', async () => {
    const text = {
      arena: Uint32Array.of(7, 8, 9, 7),
      off: Uint32Array.of(0, 2, 3, 4),
      postSeg: Uint32Array.of(0, 1, 2, 3),
      kind: new Uint8Array(3),
    };
    const over = { batch: batch({ text }) };
    expect(await scores('ctx.rows(batch).map((row) => row.segments[0].text[0])', over)).toEqual([7, 9, 7]);
  });

  it('has the same random numbers for the same seed, and others for another', async () => {
    const seeded = (seed: number): Promise<number[]> =>
      scores('[Math.random(), Math.random(), Math.random()]', { ctx: { now: 0, seed, owner: {}, apiVersion: 1 } });
    const [one, again, other] = [await seeded(1), await seeded(1), await seeded(2)];
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    expect(new Set(one).size).toBe(3);
  });

  it('keeps state between runs only through what the core keeps', async () => {
    const code = `let calls = 0; module.exports = {
      fit(batch, ctx) { calls += 1; return Float64Array.of(calls, ctx.state ? ctx.state[0] + 1 : 0); },
    };`;
    expect(await run('fit', code)).toMatchObject({ out: { state: Float64Array.of(1, 0) } });
    const ctx = { now: 0, seed: 1, owner: {}, apiVersion: 1 as const, state: Float64Array.of(41) };
    expect(await run('fit', code, { ctx })).toMatchObject({ out: { state: Float64Array.of(1, 42) } });
  });

  it('answers every kind of call', async () => {
    const code = `module.exports = {
      decide: () => ({ row: Uint32Array.of(2), severity: Uint8Array.of(1), target: Uint8Array.of(4), reason: Uint16Array.of(1), args: Float64Array.of(9) }),
      dampen: (batch) => new Float64Array(batch.n).fill(0.5),
      arrange: () => ({ order: Uint32Array.of(2, 0, 1), reason: Uint16Array.of(65535, 0, 1) }),
      explain: (batch, ctx, rows) => Float64Array.from([...rows].flatMap((row) => [row, -row])),
    };`;
    expect(await run('decide', code)).toMatchObject({
      out: {
        row: Uint32Array.of(2),
        severity: Uint8Array.of(1),
        target: Uint8Array.of(4),
        reason: Uint16Array.of(1),
        args: Float64Array.of(9),
      },
    });
    expect(await run('dampen', code)).toMatchObject({ out: { factor: Float64Array.of(0.5, 0.5, 0.5) } });
    expect(await run('arrange', code)).toMatchObject({
      out: { order: Uint32Array.of(2, 0, 1), reason: Uint16Array.of(65535, 0, 1) },
    });
    expect(await run('explain', code, { rows: Uint32Array.of(2, 1) })).toMatchObject({
      out: { contribution: Float64Array.of(2, -2, 1, -1) },
    });
  });

  it('works on an empty batch', async () => {
    const empty: Batch = {
      n: 0,
      f64: { replies: new Float64Array(0) },
      u32: {},
      u8: {},
      author: { n: 0, f64: {}, u32: {}, u8: {} },
    };
    const shape = { n: 0, maxDecisions: 0, argStride: 0, reasons: 0, contributions: 0 };
    const code = 'module.exports = { score: (batch) => ({ score: batch.f64.replies.slice() }) };';
    expect(await run('score', code, { batch: empty, shape })).toMatchObject({
      ok: true,
      out: { score: new Float64Array(0) },
    });
  });
});
