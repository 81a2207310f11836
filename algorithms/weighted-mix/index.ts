import { choiceSetting, numberSetting } from '../shared/settings.ts';
import { contributions } from '../shared/explain.ts';
import type { Batch, Ctx, JsonObject, RankOut } from '../types.ts';
import { changeable, mixColumns, withMedians, type AuthorName, type PostName } from './columns.ts';
import { FACTORS, type FactorKey } from './factors.ts';
import { Mix, type MixMode, type Weights } from './mix.ts';
import { rowFactors } from './row-factors.ts';

let mode: MixMode = 'corrected';
let weights: Weights = {
  factors: new Float64Array(FACTORS.length),
  timeDecay: 1.5,
  trending: 0.15,
  outlierDampener: 1.6,
};

export function init(settings: JsonObject, _ctx: Ctx): void {
  mode = choiceSetting(settings, 'mode', ['corrected', 'agreeing']);
  weights = {
    factors: Float64Array.from(FACTORS, ({ key }) => numberSetting(settings, key, 0)),
    timeDecay: numberSetting(settings, 'timeDecay', 1.5),
    trending: numberSetting(settings, 'trending', 0.15),
    outlierDampener: numberSetting(settings, 'outlierDampener', 1.6),
  };
}

function used(key: FactorKey): boolean {
  return weights.factors[FACTORS.findIndex((factor) => factor.key === key)] !== 0;
}

export function score(batch: Batch, ctx: Ctx): RankOut {
  const columns = mixColumns(batch);
  const factors = rowFactors(columns, mode, ctx.now, used);
  const { ageHours } = columns.post;
  const mix = new Mix(mode, weights);
  const scores = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) scores[row] = mix.score(factors, row, ageHours[row] ?? NaN);
  return { score: scores };
}

/**
 * What a contribution depends on, in the order of the manifest's contributions. What follows from the other posts of
 * the batch (boosted by several people, spread of people, chance) has no column that could be taken away alone: without it
 * is with its setting at 0.
 */
const CONTRIBUTIONS: readonly { post: readonly PostName[]; author: readonly AuthorName[]; factor?: FactorKey }[] = [
  { post: ['ageHours'], author: [] },
  { post: ['likes'], author: [] },
  { post: ['boosts'], author: [] },
  { post: ['replies'], author: [] },
  { post: ['mediaCount'], author: [] },
  { post: ['seenCount'], author: [] },
  { post: ['myLikes30d'], author: [] },
  { post: ['myReplies30d'], author: [] },
  { post: ['myBoosts30d'], author: [] },
  { post: [], author: ['iFollow'] },
  { post: [], author: ['followsMe'] },
  { post: [], author: ['followers'] },
  { post: [], author: [], factor: 'boostedInFeed' },
  { post: [], author: [], factor: 'diversity' },
  { post: [], author: [], factor: 'chaos' },
];

export function explain(batch: Batch, ctx: Ctx, rows: Uint32Array): Float64Array {
  const columns = changeable(mixColumns(batch));
  const { ageHours } = columns.post;
  const factors = rowFactors(columns, mode, ctx.now, used, true);
  const mix = new Mix(mode, weights);
  const medians = new Map<string, number>();
  return contributions(
    rows,
    CONTRIBUTIONS.length,
    (row) => mix.score(factors, row, ageHours[row] ?? NaN),
    (row, which) => {
      const names = CONTRIBUTIONS[which] ?? { post: [], author: [] };
      const rest =
        names.factor === undefined
          ? factors
          : factors.map((factor, place) => (FACTORS[place]?.key === names.factor ? undefined : factor));
      return withMedians(columns, row, names, medians, () => mix.score(rest, row, ageHours[row] ?? NaN));
    },
  );
}
