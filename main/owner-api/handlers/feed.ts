import type { Feed } from '../../feed/index.ts';
import type { Handlers } from '../call.ts';
import { recordId } from '../record-id.ts';

type FeedRoutes =
  | 'makeFeed'
  | 'feedPage'
  | 'feedHidden'
  | 'feedWhy'
  | 'feedNew'
  | 'feedPosition'
  | 'feedVerify'
  | 'getMix'
  | 'saveMix'
  | 'mixOrigins'
  | 'columnsKnown'
  | 'mixes'
  | 'chooseMix'
  | 'dropMix'
  | 'replay'
  | 'feedHealth';
type FeedRoom = Pick<Feed, FeedRoutes>;

/** Feeds: making one, its pages, what it hides and why, and the mix they are made by. */
export function feedHandlers(feed: () => FeedRoom): Pick<Handlers, FeedRoutes> {
  return {
    makeFeed: async ({ body }) => feed().makeFeed(body),
    feedPage: async ({ params, query }) => feed().feedPage(params.id, query),
    feedHidden: async ({ params, query }) => feed().feedHidden(params.id, query),
    feedWhy: async ({ params }) => feed().feedWhy(params.id, recordId(params.record)),
    feedNew: async ({ params }) => feed().feedNew(params.id),
    feedPosition: async ({ params, body }) => {
      await feed().feedPosition(params.id, { record: recordId(body.record) });
      return { done: true };
    },
    feedVerify: async ({ params }) => feed().feedVerify(params.id),
    replay: async ({ body, signal }) => feed().replay(body, signal),
    feedHealth: async ({ signal }) => feed().feedHealth(signal),
    getMix: async () => feed().getMix(),
    mixes: async () => feed().mixes(),
    chooseMix: async ({ body }) => feed().chooseMix(body.id),
    dropMix: async ({ params }) => feed().dropMix(params.id),
    saveMix: async ({ body }) => feed().saveMix(body),
    mixOrigins: async () => feed().mixOrigins(),
    columnsKnown: async () => feed().columnsKnown(),
  };
}
