import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxHost, type Loss, type SandboxHost } from '../../main/sandbox-host/index.ts';
import { INNOCENT, ROWS, hostilePrograms, request } from './programs.ts';

const SOAK = process.env.SOAK === '1';
const ROUNDS = SOAK ? 200 : 8;
const DEADLINE_MS = 100;
const ENDLESS = [
  'for (;;);',
  'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);',
  "/^(a+)+$/.test('a'.repeat(60) + '!');",
];

describe('runaway algorithms', () => {
  const losses: Loss[] = [];
  let host: SandboxHost;
  beforeAll(async () => {
    host = createSandboxHost({ onLoss: (loss) => losses.push(loss) });
    await host.ready();
  });
  afterAll(() => host[Symbol.asyncDispose]());

  it(`are gone within 500 ms of their deadline, ${ROUNDS} rounds`, { timeout: 300_000 }, async () => {
    const late: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const tier = round % 2 === 0 ? 'fast' : 'hardened';
      const body = ENDLESS[round % ENDLESS.length] ?? '';
      const code = `module.exports = { score() { ${body} } }; // ${round}`;
      const known = losses.length;
      // The process is up and has answered before, so that only the runaway itself is timed.
      await host.run(request(tier, 'score', INNOCENT, 5000));
      const result = await host.run(request(tier, 'score', code, DEADLINE_MS));
      expect(result).toMatchObject({ ok: false, reason: 'deadline' });
      await expect.poll(() => losses.length, { interval: 5, timeout: 5000 }).toBe(known + 1);
      late.push(result.ms - DEADLINE_MS + (losses.at(-1)?.goneMs ?? Infinity));
    }
    late.sort((a, b) => a - b);
    const p99 = late[Math.ceil(late.length * 0.99) - 1] ?? Infinity;
    const median = late[Math.floor(late.length / 2)] ?? Infinity;
    process.stdout.write(
      `runaways: ${ROUNDS}, gone after the deadline: median ${median.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms\n`,
    );
    // A handful of rounds says nothing about the hundredth on a busy machine.
    expect(SOAK ? p99 : median).toBeLessThanOrEqual(500);
    expect(losses.every((loss) => loss.why === 'deadline')).toBe(true);
  });

  it('that fill the heap are ended by the engine', async () => {
    const known = losses.length;
    const code = `module.exports = { score() { const all = []; for (;;) all.push(new Array(1e5).fill(1.5)); } };`;
    const result = await host.run(request('fast', 'score', code, 20_000));
    expect(result).toMatchObject({ ok: false, reason: 'exit' });
    await expect.poll(() => losses.slice(known)).toMatchObject([{ why: 'exit' }]);
  });

  it.runIf(process.platform === 'linux')(
    'that eat memory past the engine’s limit are killed by the watch',
    async () => {
      const known = losses.length;
      const bomb = hostilePrograms().find(({ name }) => name.endsWith('resizable-buffer-bomb'));
      const result = await host.run(request('fast', 'score', bomb?.code ?? '', 20_000));
      expect(result).toMatchObject({ ok: false, reason: 'exit' });
      await expect.poll(() => losses.slice(known)).toMatchObject([{ why: 'memory' }]);
    },
  );

  it('that run away in rehearsal only are killed then, and not rehearsed again', async () => {
    const known = losses.length;
    const endless = 'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);';
    const code = `module.exports = { score(batch) { if (batch.n !== ${ROWS}) ${endless} return { score: batch.f64.replies }; } };`;
    expect(await host.run(request('fast', 'score', code, 5000))).toMatchObject({ ok: true });
    await expect.poll(() => losses.length, { interval: 5, timeout: 10_000 }).toBe(known + 1);
    expect(losses.at(-1)).toMatchObject({ tier: 'fast', why: 'deadline' });
    expect(await host.run(request('fast', 'score', code, 5000))).toMatchObject({ ok: true });
    expect(await host.run(request('fast', 'score', INNOCENT, 5000))).toMatchObject({ ok: true });
  });

  it('does not hold up the other tier', async () => {
    const runaway = host.run(request('fast', 'score', 'for (;;);', 1500));
    const innocent = await host.run(request('hardened', 'score', INNOCENT, 5000));
    expect(innocent).toMatchObject({ ok: true });
    expect(innocent.ms).toBeLessThan(1400);
    expect(await runaway).toMatchObject({ ok: false, reason: 'deadline' });
  });

  it('ends what waits and all processes when it is closed', async () => {
    const short = createSandboxHost();
    await short.ready();
    const running = short.run(request('fast', 'score', 'for (;;);', 60_000));
    const waiting = short.run(request('fast', 'score', INNOCENT, 60_000));
    await short[Symbol.asyncDispose]();
    expect(await running).toMatchObject({ ok: false });
    expect(await waiting).toMatchObject({ ok: false, reason: 'unavailable' });
  });
});
