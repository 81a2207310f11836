import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALLS, type OutShape } from '../../protocol/sandbox-run.ts';
import { OUT_HEADER_BYTES } from '../../protocol/sandbox-wire.ts';
import { checkOutput } from './outputs.ts';

const numRuns = process.env.SOAK === '1' ? 20_000 : 300;
const shape: OutShape = { n: 3, maxDecisions: 5, argStride: 2, reasons: 2, contributions: 2 };

function output(header: readonly number[], ...arrays: readonly ArrayBufferView[]): Uint8Array<ArrayBuffer> {
  const parts = arrays.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength));
  return new Uint8Array(Buffer.concat([Buffer.from(Uint32Array.from(header).buffer), ...parts]));
}
const ok = (count: number, flags = 0): number[] => [0, count, flags, 0];

describe('the check of an output', () => {
  it('never throws, and what it accepts keeps its bounds', () => {
    const byte = fc.uint8Array({ minLength: 0, maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom(...CALLS), byte, fc.boolean(), (call, bytes, asOk) => {
        const payload = new Uint8Array(bytes);
        if (asOk && payload.length >= 4) payload.fill(0, 0, 4);
        const checked = checkOutput(call, payload, shape, 2);
        if (!checked.ok) return;
        for (const array of Object.values(checked.out) as Float64Array[])
          expect(array.every((x) => x !== Infinity)).toBe(true);
      }),
      { numRuns },
    );
  });

  it('accepts every permutation and nothing else as an order', () => {
    const rows = fc.array(fc.nat({ max: 3 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(rows, (order) => {
        const checked = checkOutput('arrange', output(ok(3), Uint32Array.from(order)), shape, 0);
        expect(checked.ok).toBe([0, 1, 2].every((row) => order.includes(row)));
      }),
      { numRuns },
    );
  });

  it('takes NaN as “cannot score”, and no infinity', () => {
    expect(checkOutput('score', output(ok(3), Float64Array.of(1, NaN, -2)), shape, 0)).toEqual({
      ok: true,
      out: { score: Float64Array.of(1, NaN, -2) },
    });
    expect(checkOutput('score', output(ok(3), Float64Array.of(1, -Infinity, 2)), shape, 0)).toMatchObject({
      reason: 'invalid',
    });
  });

  it('clamps factors to 0..1', () => {
    const checked = checkOutput('dampen', output(ok(3), Float64Array.of(-1, 0.5, 7)), shape, 0);
    expect(checked).toEqual({ ok: true, out: { factor: Float64Array.of(0, 0.5, 1) } });
  });

  it('reads decisions back as they were', () => {
    const args = Float64Array.of(1, NaN, 2, 3);
    const row = Uint32Array.of(2, 0);
    const reason = Uint16Array.of(1, 0);
    const severity = Uint8Array.of(3, 0);
    const target = Uint8Array.of(4, 1);
    const payload = output(ok(2), args, row, reason, severity, target);
    expect(checkOutput('decide', payload, shape, 0)).toEqual({
      ok: true,
      out: { args, row, reason, severity, target },
    });
    expect(checkOutput('decide', payload.slice(0, -1), shape, 0)).toMatchObject({ ok: false });
    expect(checkOutput('decide', output(ok(6), args, row, reason, severity, target), shape, 0)).toMatchObject({
      ok: false,
    });
  });

  it('tells thrown from invalid', () => {
    expect(checkOutput('score', output([1, 0, 0, 0]), shape, 0)).toEqual({ ok: false, reason: 'thrown' });
    expect(checkOutput('score', output([2, 0, 0, 0]), shape, 0)).toEqual({ ok: false, reason: 'invalid' });
    expect(checkOutput('score', output([7, 0, 0, 0]), shape, 0)).toEqual({ ok: false, reason: 'invalid' });
    expect(checkOutput('score', new Uint8Array(OUT_HEADER_BYTES - 1), shape, 0)).toEqual({
      ok: false,
      reason: 'invalid',
    });
  });

  it('counts a contribution that could not be worked out as none', () => {
    const checked = checkOutput('explain', output(ok(4), Float64Array.of(1, NaN, 0, -2)), shape, 2);
    expect(checked).toEqual({ ok: true, out: { contribution: Float64Array.of(1, 0, 0, -2) } });
  });
});
