import { numbers } from '../shared/columns.ts';
import { contributions } from '../shared/explain.ts';
import { median } from '../shared/median.ts';
import type { Batch, Ctx, RankOut } from '../types.ts';

/** A post dated in the future counts as written now: a wrong clock must not pin it to the top. */
function freshness(ageHours: number): number {
  return ageHours > 0 ? -ageHours : ageHours <= 0 ? 0 : NaN;
}

export function score(batch: Batch, _ctx: Ctx): RankOut {
  const ageHours = numbers(batch, 'ageHours');
  const scores = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) scores[row] = freshness(ageHours[row] ?? NaN);
  return { score: scores };
}

export function explain(batch: Batch, _ctx: Ctx, rows: Uint32Array): Float64Array {
  const ageHours = numbers(batch, 'ageHours');
  const middle = freshness(median(ageHours));
  return contributions(
    rows,
    1,
    (row) => freshness(ageHours[row] ?? NaN),
    () => middle,
  );
}
