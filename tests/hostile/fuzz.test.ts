import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';
import { CALLS, type RunResult, type Tier } from '../../protocol/sandbox-run.ts';
import { INNOCENT, ROWS, request } from './programs.ts';

const SOAK = process.env.SOAK === '1';
const CALL_EVERYTHING = readFileSync(join(import.meta.dirname, 'call-everything.js'), 'utf8');

/** Expressions that an answer, or a part of one, could be. */
const { answer } = fc.letrec<{ answer: string; part: string }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(
      'undefined',
      'null',
      '0',
      'NaN',
      "'x'",
      '1n',
      'Symbol()',
      '[]',
      'batch',
      'ctx',
      'globalThis',
      '() => 0',
    ),
    fc
      .tuple(
        fc.constantFrom(
          'Float64Array',
          'Uint32Array',
          'Uint16Array',
          'Uint8Array',
          'Float32Array',
          'BigInt64Array',
          'DataView',
        ),
        fc.constantFrom(0, 1, 2, 4, ROWS - 1, ROWS, ROWS + 1, 2 * ROWS, 8192, 8193),
        fc.constantFrom(
          '',
          '.fill(1)',
          '.fill(NaN)',
          '.fill(Infinity)',
          '.fill(-1)',
          '.map((_, at) => at)',
          '.subarray(1)',
        ),
      )
      .map(
        ([type, length, then]) => `new ${type}(${type === 'DataView' ? `new ArrayBuffer(${length})` : length})${then}`,
      ),
    tie('part').map((part) => `new Proxy(Object(${part}), {})`),
    tie('part').map((part) => `Object.create(Object(${part}))`),
    tie('part').map((part) => `(() => { throw ${part}; })()`),
  ),
  answer: fc.oneof(
    tie('part'),
    fc
      .dictionary(fc.constantFrom('score', 'row', 'severity', 'target', 'reason', 'args', 'order', 'then'), tie('part'))
      .map(
        (parts) =>
          `({ ${Object.entries(parts)
            .map(([name, part]) => `get ${name}() { return ${part}; }`)
            .join(', ')} })`,
      ),
  ),
}));

describe.each(['fast', 'hardened'] as const)('made-up programs in the %s tier', (tier: Tier) => {
  let host: SandboxHost;
  beforeAll(() => {
    host = createSandboxHost();
  });
  afterAll(() => host[Symbol.asyncDispose]());

  async function stillWorks(): Promise<void> {
    const after = await host.run(request(tier, 'score', INNOCENT, 10_000));
    expect(after).toMatchObject({ ok: true });
  }

  it('give a checked answer or a reason, whatever they return or throw', { timeout: 3_600_000 }, async () => {
    const numRuns = SOAK ? (tier === 'fast' ? 5000 : 500) : tier === 'fast' ? 150 : 15;
    const property = fc.asyncProperty(fc.constantFrom(...CALLS), answer, fc.boolean(), async (call, text, atLoad) => {
      const code = atLoad
        ? `const batch = {}, ctx = {}; module.exports = ${text};`
        : `module.exports = { ${call}(batch, ctx) { return ${text}; } };`;
      const rows = call === 'explain' ? { rows: Uint32Array.of(0, 1) } : {};
      const result: RunResult = await host.run({ ...request(tier, call, code, 5000), ...rows });
      if (result.ok) {
        const arrays: Float64Array[] = Object.values(result.out);
        expect(arrays.every((array) => array.every((value) => Math.abs(value) !== Infinity))).toBe(true);
      } else expect(result.reason).toMatch(/^(thrown|invalid|exit)$/);
    });
    await fc.assert(property, { numRuns });
    await stillWorks();
  });

  it('find nothing of the host by calling all there is', { timeout: 3_600_000 }, async () => {
    const rounds = SOAK ? (tier === 'fast' ? 1000 : 200) : 6;
    for (let seed = 1; seed <= rounds; seed += 1) {
      const base = request(tier, 'score', CALL_EVERYTHING, 1000);
      const result = await host.run({ ...base, ctx: { ...base.ctx, seed: seed * 7919 } });
      if (result.ok) expect({ seed, found: result.out.score[0] }).toEqual({ seed, found: 0 });
      else expect(result.reason).not.toBe('frame');
    }
    await stillWorks();
  });
});
