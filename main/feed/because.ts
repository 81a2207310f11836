import type { Evaluator } from './evaluator.ts';
import { rowsBy } from './grouping.ts';
import { textOf } from './member.ts';
import { ESTIMATED_RANK } from './mid-rank.ts';
import type { Blended, Outcome, RankerPart } from './pipeline.ts';
import { rememberedFor } from './post-set.ts';
import { placeAmong } from './visible.ts';

/** Above this the place says more than the words would. */
const TOP = 0.995;
/** Posts at the top of a blend that are explained while the rerankers still work. */
const AHEAD = 60;

interface Explained {
  /** Name of the contribution that lifts a row most; null: none does. */
  readonly byRow: Map<number, string | null>;
  /** The last asking that is under way. */
  asking: Promise<void>;
}

/** One line per post on why it is there: the ranker that lifts it most, and what it likes about it. */
export class Becauses {
  readonly #evaluator: Evaluator;
  /** By a ranker's scores: as long as they hold, so does what was said about them. */
  readonly #explained = new WeakMap<Float64Array, Explained>();

  constructor(evaluator: Evaluator) {
    this.#evaluator = evaluator;
  }

  /** Begins with the posts that will be on the first page unless a reranker moves them away. */
  prepare(blended: Blended, order: Uint32Array): void {
    void this.#explain(blended, Array.from(order.subarray(0, AHEAD)));
  }

  async of(outcome: Outcome, ids: Float64Array): Promise<(string | null)[]> {
    const rowOf = rowsBy(outcome.scene.columns.posts, 'id');
    const rows = Array.from(ids, (id) => rowOf.get(id) ?? -1);
    await this.#explain(outcome, rows);
    return rows.map((row) => {
      const strongest = strongestFor(outcome, row);
      if (strongest === null) return null;
      const { part, rank } = strongest;
      return sentence(part, rank, this.#explained.get(part.scores)?.byRow.get(row) ?? null);
    });
  }

  async #explain(blended: Blended, rows: readonly number[]): Promise<void> {
    const wanted = new Map<RankerPart, number[]>(blended.rankers.map((part) => [part, []]));
    for (const row of rows) {
      const strongest = strongestFor(blended, row);
      if (strongest !== null) wanted.get(strongest.part)?.push(row);
    }
    await Promise.all(
      blended.rankers.map(async (part) => {
        const explained = rememberedFor(this.#explained, part.scores, () => ({
          byRow: new Map<number, string | null>(),
          asking: Promise.resolve(),
        }));
        explained.asking = explained.asking.then(() =>
          this.#ask(blended, part, wanted.get(part) ?? [], explained.byRow),
        );
        await explained.asking;
      }),
    );
  }

  async #ask(
    { scene }: Blended,
    { member }: RankerPart,
    rows: readonly number[],
    byRow: Map<number, string | null>,
  ): Promise<void> {
    const names = member.algorithm.manifest.contributions;
    const missing = rows.filter((row) => !byRow.has(row));
    if (missing.length === 0 || names.length < 2) return;
    const ran = await this.#evaluator.explainBySample(member, scene, Uint32Array.from(missing));
    // Without an explanation the ranker's place still says why.
    if (!ran.ok) return;
    for (const [i, row] of missing.entries()) {
      const values: Float64Array = ran.value.subarray(i * names.length, (i + 1) * names.length);
      const most = values.reduce((best, value, at) => (value > (values[best] ?? 0) ? at : best), 0);
      const name = names[most]?.name;
      byRow.set(row, name !== undefined && (values[most] ?? 0) > 0 ? textOf(name) : null);
    }
  }
}

function strongestFor(
  { rankers, visible, scene }: Blended,
  row: number,
): { readonly part: RankerPart; readonly rank: number } | null {
  const place = placeAmong(visible, scene.columns.posts.n, row);
  if (place === null) return null;
  let best: { part: RankerPart; rank: number } | null = null;
  let most = 0;
  for (const part of rankers) {
    const rank = part.rank[place] ?? NaN;
    const lift = part.weight * (rank - ESTIMATED_RANK);
    if (lift > most) {
      best = { part, rank };
      most = lift;
    }
  }
  return best;
}

function sentence({ member }: RankerPart, rank: number, contribution: string | null): string {
  const name = textOf(member.algorithm.manifest.name);
  const place = rank >= TOP ? 'at the very top' : `above ${String(Math.floor(rank * 100))} % of posts`;
  return contribution === null ? `${name}: ${place}` : `${name}: ${place}, for ${contribution}`;
}
