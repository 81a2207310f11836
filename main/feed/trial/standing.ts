import type { Evaluator } from '../evaluator.ts';
import type { ColumnSource } from '../column-values.ts';
import { clampScores, dampingFactor } from '../blend.ts';
import type { Member } from '../member.ts';
import { ESTIMATED_RANK, midRanks } from '../mid-rank.ts';
import { isPermutation } from '../arrange.ts';
import type { Ran } from '../runner.ts';
import type { Scene } from '../scene.ts';
import { orderDescending } from '../sort-rows.ts';

/** What an algorithm alone makes of posts. */
export interface Standing {
  /** Per row, its place from the top (0 first) in the order of this algorithm alone; for a blocker, in the order of time. */
  readonly place: Float64Array;
  /** Per row, the highest severity, -1: no mark. */
  readonly severity: Int8Array;
  readonly unscored: number;
}

/** Asks an algorithm about all posts of `columns`, newest first. */
export async function standingOf(
  evaluator: Evaluator,
  member: Member,
  columns: ColumnSource,
  scene: Scene,
): Promise<Ran<Standing>> {
  const { n } = columns.posts;
  const unmarked = (): Int8Array => new Int8Array(n).fill(-1);
  const { kind, scoreBounds } = member.algorithm.manifest;
  switch (kind) {
    case 'ranker': {
      const ran = await evaluator.askWith(member, 'score', columns, scene);
      if (!ran.ok) return ran;
      const ranks = midRanks(clampScores(ran.value.score, scoreBounds));
      const unscored = ranks.reduce((count, rank) => count + Number(Number.isNaN(rank)), 0);
      const known = ranks.map((rank) => (Number.isNaN(rank) ? ESTIMATED_RANK : rank));
      return standing(places(orderDescending(known)), unmarked(), unscored);
    }
    case 'damper': {
      const ran = await evaluator.askWith(member, 'dampen', columns, scene);
      if (!ran.ok) return ran;
      // Over the order of time, as the blend of "newest first" alone would have it.
      const damped = ran.value.factor.map((factor, row) => dampingFactor(factor) * (1 - row / n));
      return standing(places(orderDescending(damped)), unmarked(), 0);
    }
    case 'reranker': {
      const ran = await evaluator.askWith(member, 'arrange', columns, scene);
      if (!ran.ok) return ran;
      if (!isPermutation(ran.value.order, n)) return { ok: false, reason: 'invalid' };
      return standing(places(ran.value.order), unmarked(), 0);
    }
    case 'blocker': {
      const ran = await evaluator.askWith(member, 'decide', columns, scene);
      if (!ran.ok) return ran;
      const severity = unmarked();
      for (const [at, row] of ran.value.row.entries())
        severity[row] = Math.max(severity[row] ?? -1, ran.value.severity[at] ?? -1);
      return standing(
        Float64Array.from({ length: n }, (_, row) => row),
        severity,
        0,
      );
    }
  }
}

function standing(place: Float64Array, severity: Int8Array, unscored: number): Ran<Standing> {
  return { ok: true, value: { place, severity, unscored } };
}

/** Place of each row in an order of rows. */
function places(order: Uint32Array): Float64Array {
  const place = new Float64Array(order.length);
  order.forEach((row, at) => (place[row] = at));
  return place;
}
