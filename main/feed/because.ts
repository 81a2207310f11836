import type { Evaluator } from './evaluator.ts';
import { rowsBy } from './grouping.ts';
import { textOf } from './member.ts';
import { ESTIMATED_RANK } from './mid-rank.ts';
import type { Outcome, RankerPart } from './pipeline.ts';
import { placeAmong } from './visible.ts';

/** Above this the place says more than the words would. */
const TOP = 0.995;

/** For each post the ranker that lifts it most, and what it likes about it. */
export async function becausesOf(
  evaluator: Evaluator,
  outcome: Outcome,
  ids: Float64Array,
): Promise<(string | null)[]> {
  const rows = rowsBy(outcome.scene.columns.posts, 'id');
  const { n } = outcome.scene.columns.posts;
  const strongest = Array.from(ids, (id) => {
    const row = rows.get(id);
    const place = row === undefined ? null : placeAmong(outcome.visible, n, row);
    return row === undefined || place === null ? null : { row, part: strongestFor(outcome.rankers, place), place };
  });
  const contributions = new Map<number, string>();
  await Promise.all(
    outcome.rankers.map(async (part) => {
      const wanted = strongest.flatMap((one) => (one?.part === part ? [one.row] : []));
      for (const [row, name] of await topContributions(evaluator, outcome, part, wanted)) contributions.set(row, name);
    }),
  );
  return strongest.map((one) => {
    if (one?.part === undefined || one.part === null) return null;
    return sentence(one.part, one.part.rank[one.place] ?? NaN, contributions.get(one.row));
  });
}

function strongestFor(rankers: readonly RankerPart[], place: number): RankerPart | null {
  let best: RankerPart | null = null;
  let most = 0;
  for (const part of rankers) {
    const lift = part.weight * ((part.rank[place] ?? NaN) - ESTIMATED_RANK);
    if (lift > most) {
      best = part;
      most = lift;
    }
  }
  return best;
}

async function topContributions(
  evaluator: Evaluator,
  { scene }: Outcome,
  { member }: RankerPart,
  rows: readonly number[],
): Promise<Map<number, string>> {
  const names = member.algorithm.manifest.contributions;
  const top = new Map<number, string>();
  if (rows.length === 0 || names.length < 2) return top;
  const ran = await evaluator.explainBySample(member, scene, Uint32Array.from(rows));
  // Without an explanation the ranker's place still says why.
  if (!ran.ok) return top;
  for (const [i, row] of rows.entries()) {
    const values: Float64Array = ran.value.subarray(i * names.length, (i + 1) * names.length);
    const most = values.reduce((best, value, at) => (value > (values[best] ?? 0) ? at : best), 0);
    const name = names[most]?.name;
    if (name !== undefined && (values[most] ?? 0) > 0) top.set(row, textOf(name));
  }
  return top;
}

function sentence({ member }: RankerPart, rank: number, contribution: string | undefined): string {
  const name = textOf(member.algorithm.manifest.name);
  const place = rank >= TOP ? 'at the very top' : `above ${String(Math.floor(rank * 100))} % of posts`;
  return contribution === undefined ? `${name}: ${place}` : `${name}: ${place}, for ${contribution}`;
}
