import type { Feed } from '../../feed/index.ts';
import type { Handlers } from '../call.ts';
import { recordId } from '../record-id.ts';

type LearningRoutes = 'comparisons' | 'comparisonPair' | 'compare' | 'forgetComparisons' | 'forgetLearnt';

/** What algorithms learn from the owner: asking, answering, forgetting. */
export function learningHandlers(feed: () => Pick<Feed, LearningRoutes>): Pick<Handlers, LearningRoutes> {
  return {
    comparisons: async () => feed().comparisons(),
    comparisonPair: async () => feed().comparisonPair(),
    compare: async ({ body }) => feed().compare({ better: recordId(body.better), worse: recordId(body.worse) }),
    forgetComparisons: async () => {
      await feed().forgetComparisons();
      return { done: true };
    },
    forgetLearnt: async ({ params }) => {
      await feed().forgetLearnt(params.mix, params.entry);
      return { done: true };
    },
  };
}
