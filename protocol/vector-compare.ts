import type { ArrangeOut, BlockOut } from './batch.ts';
import { NO_ROW } from './columns.ts';
import type { Manifest } from './manifest.ts';
import { outShape, type CallOut } from './sandbox-run.ts';
import type { Vector } from './vector.ts';

/** `Math.pow`, `log` and `exp` may differ in the last bits between engines. */
const RELATIVE = 1e-12;

function near(got: number, wanted: number | null): boolean {
  if (wanted === null) return Number.isNaN(got);
  return got === wanted || Math.abs(got - wanted) <= RELATIVE * Math.max(Math.abs(got), Math.abs(wanted));
}

function compareNumbers(what: string, got: Float64Array, wanted: readonly (number | null)[]): string | null {
  if (got.length !== wanted.length) return `${what}: ${got.length} numbers instead of ${wanted.length}`;
  const place = wanted.findIndex((value, index) => !near(got[index] ?? NaN, value));
  return place < 0 ? null : `${what}[${place}]: ${got[place]} instead of ${wanted[place]}`;
}

function compareTexts(what: string, got: readonly string[], wanted: readonly string[]): string | null {
  if (got.length !== wanted.length) return `${what}: ${got.length} instead of ${wanted.length}`;
  const place = wanted.findIndex((value, index) => got[index] !== value);
  return place < 0 ? null : `${what}[${place}]: ${got[place]} instead of ${wanted[place]}`;
}

function decisionTexts(manifest: Manifest, out: BlockOut): string[] {
  const stride = outShape(manifest, 0, 0).argStride;
  return Array.from(out.row, (row, place) => {
    const reason = manifest.reasons[out.reason[place] ?? NO_ROW];
    const args = out.args.subarray(place * stride, place * stride + (reason?.params.length ?? 0));
    return `row ${row} severity ${out.severity[place]} target ${out.target[place]} ${reason?.code} ${args.join(' ')}`.trim();
  });
}

function arrangeReasons(manifest: Manifest, out: ArrangeOut): string[] {
  return Array.from(out.reason ?? [], (reason) => manifest.reasons[reason]?.code ?? '-');
}

/** What a vector's call answered, by call. */
export type VectorOut = {
  [C in Vector['call']]: { call: C; out: CallOut[C] };
}[Vector['call']];

/**
 * Compares an answer with what its vector expects: 1e-12 relative on numbers, exact on order.
 *
 * @returns null when it agrees, else the first difference
 */
export function vectorDifference(manifest: Manifest, vector: Vector, answer: VectorOut): string | null {
  if (vector.call === 'score' && answer.call === 'score')
    return compareNumbers('score', answer.out.score, vector.expect.score);
  if (vector.call === 'dampen' && answer.call === 'dampen')
    return compareNumbers('factor', answer.out.factor, vector.expect.factor);
  if (vector.call === 'fit' && answer.call === 'fit')
    return compareNumbers('state', answer.out.state, vector.expect.state);
  if (vector.call === 'explain' && answer.call === 'explain')
    return compareNumbers('contribution', answer.out.contribution, vector.expect.contribution);
  if (vector.call === 'decide' && answer.call === 'decide')
    return compareTexts(
      'decision',
      decisionTexts(manifest, answer.out),
      vector.expect.decisions.map(({ row, severity, target, reason, args }) =>
        `row ${row} severity ${severity} target ${target} ${reason} ${args.map((arg) => arg ?? NaN).join(' ')}`.trim(),
      ),
    );
  if (vector.call === 'arrange' && answer.call === 'arrange')
    return (
      compareTexts('order', Array.from(answer.out.order, String), vector.expect.order.map(String)) ??
      compareTexts(
        'reason',
        vector.expect.reason === undefined ? [] : arrangeReasons(manifest, answer.out),
        (vector.expect.reason ?? []).map((code) => code ?? '-'),
      )
    );
  return `the answer is of another call than ${vector.call}`;
}
