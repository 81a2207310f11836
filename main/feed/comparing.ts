import { randomInt } from 'node:crypto';
import { LockerError } from '../../protocol/errors.ts';
import type {
  Answers,
  Comparisons,
  CompareRequest,
  ComparisonPair,
  Learnt,
  PairRequest,
  Wishes,
} from '../../protocol/owner/learning.ts';
import type { Mix, Mixes } from '../../protocol/owner/feed.ts';
import type { Store } from '../store/index.ts';
import { columnsAt } from './column-values.ts';
import { pairFacts } from './comparison-batch.ts';
import type { Evaluator } from './evaluator.ts';
import { minuteOf, planOf, type Algorithms } from './feed-maker.ts';
import { rowsBy } from './grouping.ts';
import type { Learning } from './learning.ts';
import { learntOf } from './learnt.ts';
import type { Slice } from './pages.ts';
import { pairOf } from './pair.ts';
import type { PostSet } from './post-set.ts';
import { viewsById, type PostViews } from './views.ts';
import { wishesOf } from './wishes.ts';

/** What the owner is asked and answers, and what algorithms make of it: one method per route of the owner API. */
export interface Comparing {
  comparisons(): Promise<Comparisons>;
  /** Two posts to ask the owner about: which would you rather have seen? */
  comparisonPair(request?: PairRequest): Promise<ComparisonPair>;
  /** Keeps the answer; what learns from comparisons learns anew. @throws LockerError record_not_found */
  compare(answer: CompareRequest): Promise<Comparisons>;
  answers(slice: Slice): Promise<Answers>;
  /** Takes an answer back; what learns from comparisons learns anew. @throws LockerError record_not_found */
  dropComparison(answer: CompareRequest): Promise<Comparisons>;
  /** Forgets every comparison, and everything that was learnt from anything. */
  forgetComparisons(): Promise<void>;
  learnt(): Promise<Learnt>;
  forgetLearnt(mix: string, entry: string): Promise<void>;
  /** Posts of which more or less of the like was wanted. */
  wishes(slice: Slice): Promise<Wishes>;
}

/** What asking needs of the feed. */
export interface ComparingParts {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly views: PostViews;
  readonly learning: Learning;
  readonly evaluator: Evaluator;
  readonly algorithms: Algorithms;
  readonly now: () => number;
  readonly mix: () => Promise<Mix>;
  readonly mixes: () => Promise<Mixes>;
  readonly window: (mix: Mix, at: number) => Promise<{ readonly posts: PostSet }>;
  /** What the mix shows of them, first shown first. */
  readonly shown: (mix: Mix, at: number) => Promise<Float64Array>;
  /** A number from 0 to below, by lot. */
  readonly draw?: (below: number) => number;
}

export function createComparing(parts: ComparingParts): Comparing {
  const { store, learning, algorithms, now, views } = parts;
  const draw = parts.draw ?? ((below: number): number => randomInt(below));
  const said = async (): Promise<{ better: number; worse: number; at: number; facts: string }[]> =>
    store.read('feed.comparisons', {});
  const comparisons = async (): Promise<Comparisons> => ({ answered: (await said()).length });

  async function learnAnew(mix: Mix): Promise<Comparisons> {
    await learnFromComparisons(learning, algorithms, mix);
    await learning.settled();
    return comparisons();
  }

  return {
    comparisons,
    async comparisonPair({ without = [], about } = {}) {
      const at = now();
      const mix = await parts.mix();
      const [{ posts }, shown, answered, { members }] = await Promise.all([
        parts.window(mix, at),
        parts.shown(mix, at),
        said(),
        planOf(algorithms, { mix, order: 'mix', exceptions: [] }),
      ]);
      const needs = members.flatMap(({ algorithm: { manifest } }) =>
        manifest.learns === 'comparisons' ? [manifest.needs] : [],
      );
      const columns = columnsAt(posts, minuteOf(at));
      const choice = { columns, shown, answered, needs, without: new Set(without.map(Number)), draw };
      const pair = await pairOf({ ...choice, about: about === undefined ? null : Number(about) }, views);
      return { answered: answered.length, pair };
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
      return learnAnew(mix);
    },
    async answers({ offset, limit }) {
      const all = (await said()).toReversed();
      const some = all.slice(offset, offset + limit);
      const found = await viewsById(views, [...new Set(some.flatMap(({ better, worse }) => [better, worse]))]);
      const items = some.flatMap(({ better, worse, at }) => {
        const [one, other] = [found.get(better), found.get(worse)];
        return one === undefined || other === undefined ? [] : [{ better: one, worse: other, at }];
      });
      return { items, total: all.length, offset };
    },
    async dropComparison({ better, worse }) {
      const dropped = await store.write('feed.dropComparison', { better: Number(better), worse: Number(worse) });
      if (!dropped) throw new LockerError('record_not_found');
      return learnAnew(await parts.mix());
    },
    async forgetComparisons() {
      await store.write('feed.dropComparisons', {});
      await learning.forget(null);
    },
    async learnt() {
      await learning.settled();
      return learntOf(parts, await parts.mixes(), await said());
    },
    forgetLearnt: async (mix, entry) => learning.forget({ mix, entry }),
    wishes: async (slice) => wishesOf(store, views, slice),
  };
}

/** Lets the mix's learners learn from all answers so far, later. */
export async function learnFromComparisons(learning: Learning, algorithms: Algorithms, mix: Mix): Promise<void> {
  const { members } = await planOf(algorithms, { mix, order: 'mix', exceptions: [] });
  learning.compared(mix, members);
}
