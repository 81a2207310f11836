import type { Market } from '../../market/index.ts';
import type { Handlers } from '../call.ts';

/** The algorithms that can be put into a mix. */
export function algorithmHandlers(
  market: () => Pick<Market, 'cards' | 'source' | 'resume'>,
): Pick<Handlers, 'algorithms' | 'algorithmSource' | 'resumeAlgorithm'> {
  return {
    algorithms: async () => ({ items: await market().cards() }),
    algorithmSource: async ({ params }) => market().source(params.id),
    resumeAlgorithm: async ({ params }) => {
      await market().resume(params.id);
      return { done: true };
    },
  };
}
