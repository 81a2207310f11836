import { randomInt } from 'node:crypto';
import { LockerError } from '../../protocol/errors.ts';
import type { Comparisons, CompareRequest, ComparisonPair } from '../../protocol/owner/learning.ts';
import type { Mix } from '../../protocol/owner/feed.ts';
import type { Store } from '../store/index.ts';
import { columnsAt } from './column-values.ts';
import { pairFacts } from './comparison-batch.ts';
import { minuteOf, planOf, type Algorithms } from './feed-maker.ts';
import { rowsBy } from './grouping.ts';
import type { Learning } from './learning.ts';
import type { PostSet } from './post-set.ts';
import { viewsById, type PostViews } from './views.ts';

/** Posts from the top of the feed that are asked about. */
const ASKED_FROM = 400;
const TRIES = 40;

/** What the owner is asked and answers, and what algorithms make of it: one method per route of the owner API. */
export interface Comparing {
  comparisons(): Promise<Comparisons>;
  /** Two posts to ask the owner about: which would you rather have seen? */
  comparisonPair(): Promise<ComparisonPair>;
  /** Keeps the answer; what learns from comparisons learns anew. @throws LockerError record_not_found */
  compare(answer: CompareRequest): Promise<Comparisons>;
  /** Forgets every comparison, and everything that was learnt from anything. */
  forgetComparisons(): Promise<void>;
  forgetLearnt(mix: string, entry: string): Promise<void>;
}

/** What asking needs of the feed. */
export interface ComparingParts {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly views: PostViews;
  readonly learning: Learning;
  readonly algorithms: Algorithms;
  readonly now: () => number;
  readonly mix: () => Promise<Mix>;
  readonly window: (mix: Mix, at: number) => Promise<{ readonly posts: PostSet }>;
  /** What the mix shows of them, first shown first. */
  readonly shown: (mix: Mix, at: number) => Promise<Float64Array>;
}

export function createComparing(parts: ComparingParts): Comparing {
  const { store, learning, now } = parts;
  const answers = async (): Promise<{ better: number; worse: number }[]> => store.read('feed.comparisons', {});
  const comparisons = async (): Promise<Comparisons> => ({ answered: (await answers()).length });
  return {
    comparisons,
    async comparisonPair() {
      const at = now();
      const mix = await parts.mix();
      const [{ posts }, shown, answered] = await Promise.all([parts.window(mix, at), parts.shown(mix, at), answers()]);
      return { answered: answered.length, pair: await pairOf(parts.views, shown, posts, answered) };
    },
    async compare({ better, worse }) {
      const at = now();
      const mix = await parts.mix();
      const { posts } = await parts.window(mix, at);
      const rowOf = rowsBy(posts, 'id');
      const [one, other] = [rowOf.get(Number(better)), rowOf.get(Number(worse))];
      if (one === undefined || other === undefined) throw new LockerError('record_not_found');
      await store.write('feed.putComparison', {
        better: Number(better),
        worse: Number(worse),
        at,
        facts: JSON.stringify(pairFacts(columnsAt(posts, minuteOf(at)), one, other)),
      });
      await learnFromComparisons(learning, parts.algorithms, mix);
      await learning.settled();
      return comparisons();
    },
    async forgetComparisons() {
      await store.write('feed.dropComparisons', {});
      await learning.forget(null);
    },
    forgetLearnt: async (mix, entry) => learning.forget({ mix, entry }),
  };
}

/** Lets the mix's learners learn from all answers so far, later. */
export async function learnFromComparisons(learning: Learning, algorithms: Algorithms, mix: Mix): Promise<void> {
  const { members } = await planOf(algorithms, { mix, order: 'mix', exceptions: [] });
  learning.compared(mix, members);
}

/** Two posts by different people that were not compared yet, drawn by lot; null: there are none. */
async function pairOf(
  views: PostViews,
  shown: Float64Array,
  posts: PostSet,
  answered: readonly { better: number; worse: number }[],
): Promise<ComparisonPair['pair']> {
  const known = new Set(answered.flatMap(({ better, worse }) => [`${better} ${worse}`, `${worse} ${better}`]));
  const rowOf = rowsBy(posts, 'id');
  const [mine, isBoost, author] = [posts.u8('mine'), posts.u8('isBoost'), posts.f64('author')];
  const candidates = Array.from(shown.subarray(0, ASKED_FROM)).filter((id) => {
    const row = rowOf.get(id) ?? -1;
    return mine[row] === 0 && isBoost[row] === 0;
  });
  if (candidates.length < 2) return null;
  for (let time = 0; time < TRIES; time++) {
    const one = candidates[randomInt(candidates.length)] ?? 0;
    const other = candidates[randomInt(candidates.length)] ?? 0;
    if (author[rowOf.get(one) ?? -1] === author[rowOf.get(other) ?? -1] || known.has(`${one} ${other}`)) continue;
    const found = await viewsById(views, [one, other]);
    const [left, right] = [found.get(one), found.get(other)];
    if (left !== undefined && right !== undefined) return [left, right];
  }
  return null;
}
