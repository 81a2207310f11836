import type { Feed } from '../../feed/index.ts';
import type { Records } from '../../records/index.ts';
import type { Handlers } from '../call.ts';
import { recordId } from '../record-id.ts';

type FeedRoutes =
  | 'comparisons'
  | 'comparisonPair'
  | 'compare'
  | 'answers'
  | 'dropComparison'
  | 'forgetComparisons'
  | 'learnt'
  | 'forgetLearnt'
  | 'wishes';

/** Wishes that are taken back between two looks at what is left. */
const AT_ONCE = 200;

/** What algorithms learn from the owner: asking, answering, seeing what was learnt, forgetting. */
export function learningHandlers(
  feed: () => Pick<Feed, FeedRoutes>,
  records: () => Pick<Records, 'undoAct'>,
): Pick<Handlers, FeedRoutes | 'dropWishes'> {
  return {
    comparisons: async () => feed().comparisons(),
    comparisonPair: async ({ body }) => feed().comparisonPair(body),
    compare: async ({ body }) => feed().compare({ better: recordId(body.better), worse: recordId(body.worse) }),
    answers: async ({ query }) => feed().answers(query),
    dropComparison: async ({ params }) =>
      feed().dropComparison({ better: recordId(params.better), worse: recordId(params.worse) }),
    forgetComparisons: async () => {
      await feed().forgetComparisons();
      return { done: true };
    },
    learnt: async () => feed().learnt(),
    forgetLearnt: async ({ params }) => {
      await feed().forgetLearnt(params.mix, params.entry);
      return { done: true };
    },
    wishes: async ({ query }) => feed().wishes(query),
    dropWishes: async () => {
      for (let left = Infinity; ;) {
        const { items, total } = await feed().wishes({ offset: 0, limit: AT_ONCE });
        // Each look finds fewer; else something puts them back as fast as they go.
        if (items.length === 0 || total >= left) return { done: true };
        left = total;
        for (const { act, post } of items) await records().undoAct(act, recordId(post.id));
      }
    },
  };
}
