import type { Feed } from '../../feed/index.ts';
import type { Handlers } from '../call.ts';
import { recordId } from '../record-id.ts';

type HidingRoutes = 'getWords' | 'saveWords' | 'exceptions' | 'makeException' | 'dropException';

/** The owner's own say in what is hidden: muted words and hosts, and "this was wrong". */
export function hidingHandlers(feed: () => Pick<Feed, HidingRoutes>): Pick<Handlers, HidingRoutes> {
  return {
    getWords: async () => feed().getWords(),
    saveWords: async ({ body }) => feed().saveWords(body),
    exceptions: async () => feed().exceptions(),
    makeException: async ({ body }) => feed().makeException({ ...body, record: recordId(body.record) }),
    dropException: async ({ params }) => {
      await feed().dropException(params.id);
      return { done: true };
    },
  };
}
