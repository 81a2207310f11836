import { LockerError } from '../../protocol/errors.ts';
import type { Why, WhyShare } from '../../protocol/owner/feed.ts';
import { canBeOrdinary } from './counterfactual.ts';
import type { Evaluator } from './evaluator.ts';
import { rowsBy } from './grouping.ts';
import { textOf } from './member.ts';
import { ESTIMATED_RANK } from './mid-rank.ts';
import type { ArrangePart, Outcome, Pipeline, RankerPart } from './pipeline.ts';
import { ordinal, reasonText } from './reason-text.ts';
import type { Snapshot, Working } from './snapshot.ts';
import { placeAmong } from './visible.ts';

/** Contributions per ranker whose absence is worked out: each costs a run of the ranker. */
const WORKED_OUT = 3;
const NO_REASON = 65535;

/** Explains one post's place in a feed. */
export interface Explainer {
  readonly evaluator: Evaluator;
  readonly pipeline: Pipeline;
}

/** @throws LockerError record_not_found when the post is not in the feed */
export async function whyOf(explainer: Explainer, snapshot: Snapshot, working: Working, id: number): Promise<Why> {
  const { outcome } = working;
  const row = rowsBy(outcome.scene.columns.posts, 'id').get(id);
  const shownAt = snapshot.shown.indexOf(id);
  if (row === undefined || (shownAt < 0 && !snapshot.hidden.includes(id))) throw new LockerError('record_not_found');
  const marks = [...snapshot.marks.of(id)];
  const total = snapshot.shown.length;
  const place = placeAmong(outcome.visible, outcome.scene.columns.posts.n, row);
  if (shownAt < 0 || place === null) {
    const causes = marks.filter(({ severity }) => severity === 3).map(({ name, reason }) => `${name}: ${reason.text}`);
    const sentence = causes.length === 0 ? 'It is hidden.' : `It is hidden. ${causes.join(' · ')}`;
    const nothing = { shares: [], dampers: [], rearranged: [] };
    return { rank: null, total, newestRank: null, blended: null, ...nothing, marks, sentence };
  }
  const rank = shownAt + 1;
  const shares = await sharesOf(explainer, working, row, place);
  return {
    rank,
    total,
    newestRank: place + 1,
    blended: outcome.blended[place] ?? null,
    shares,
    dampers: outcome.dampers.map(({ member, factor }) => ({
      entry: member.entry.entry,
      name: textOf(member.algorithm.manifest.name),
      factor: factor[row] ?? 1,
    })),
    rearranged: outcome.arranged.map((part) => rearrangement(part, outcome, row)),
    marks,
    sentence: sentenceFor(rank, shares),
  };
}

/** Each ranker's part in the blend, with what the ranker says about the post. */
async function sharesOf(explainer: Explainer, working: Working, row: number, place: number): Promise<WhyShare[]> {
  const { rankers } = working.outcome;
  const parts = rankers.map(({ weight, rank }) => weight * numberOr(rank[place], ESTIMATED_RANK));
  const sum = parts.reduce((total, part) => total + part, 0);
  const weights = rankers.reduce((total, { weight }) => total + weight, 0);
  return Promise.all(
    rankers.map(async (part, i): Promise<WhyShare> => {
      const { member, weight, rank } = part;
      const value = rank[place] ?? NaN;
      const estimated = Number.isNaN(value);
      return {
        entry: member.entry.entry,
        algorithm: member.algorithm.manifest.id,
        name: textOf(member.algorithm.manifest.name),
        weight,
        rank: estimated ? null : value,
        // At the very bottom of every ranker nothing adds up: then the weights are what there is to share.
        share: sum > 0 ? (parts[i] ?? 0) / sum : weight / weights,
        estimated,
        contributions: estimated ? [] : await contributionsOf(explainer, working, part, row),
      };
    }),
  );
}

async function contributionsOf(
  { evaluator, pipeline }: Explainer,
  { plan, outcome }: Working,
  { member, scores: given }: RankerPart,
  row: number,
): Promise<WhyShare['contributions']> {
  const declared = member.algorithm.manifest.contributions;
  if (declared.length === 0) return [];
  const ran = await evaluator.explain(member, outcome.scene, Uint32Array.of(row));
  if (!ran.ok) return [];
  const strongest = declared
    .map(({ name, columns, setting }, i) => ({ name: textOf(name), columns, setting, value: ran.value[i] ?? 0 }))
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return Promise.all(
    strongest.map(async ({ name, columns, setting, value }, i) => {
      if (i >= WORKED_OUT) return { name, value, rankWithout: null };
      const scores = canBeOrdinary(columns)
        ? await evaluator.scoreWithout(member, outcome.scene, row, columns, given)
        : setting === undefined
          ? null
          : await evaluator.scoreAtZero(member, outcome.scene, row, setting, given);
      if (scores?.ok !== true) return { name, value, rankWithout: null };
      const placed = await pipeline.withScores(plan, outcome, member, scores.value);
      return { name, value, rankWithout: placed.order.indexOf(row) + 1 };
    }),
  );
}

function rearrangement(part: ArrangePart, { scene }: Outcome, row: number): Why['rearranged'][number] {
  const { member, before, after, reason } = part;
  const { manifest } = member.algorithm;
  const place = before.indexOf(row);
  const code = reason?.[place] ?? NO_REASON;
  const context = {
    manifest,
    settings: member.settings,
    lists: scene.lists,
    labels: scene.labels.kinds,
    authorName: () => null,
    postAuthorName: () => null,
  };
  return {
    entry: member.entry.entry,
    name: textOf(manifest.name),
    before: place + 1,
    after: after.indexOf(row) + 1,
    reason: code === NO_REASON ? null : reasonText(context, code, []),
  };
}

/** The strongest counterfactual in words. */
function sentenceFor(rank: number, shares: readonly WhyShare[]): string {
  let best: { name: string; from: string; rankWithout: number } | null = null;
  for (const share of shares) {
    for (const { name, rankWithout } of share.contributions) {
      if (rankWithout === null) continue;
      const moved = Math.abs(rankWithout - rank);
      if (moved > Math.abs((best?.rankWithout ?? rank) - rank)) best = { name, from: share.name, rankWithout };
    }
  }
  if (best === null) {
    return shares.length === 0 ? 'Posts are in the order they were written.' : 'No single reason decides its place.';
  }
  const { name, from, rankWithout } = best;
  return `It would be ${ordinal(rankWithout)} instead of ${ordinal(rank)} without ${name} (${from}).`;
}

function numberOr(value: number | undefined, fallback: number): number {
  return value === undefined || Number.isNaN(value) ? fallback : value;
}
