import { ROUTES } from '../../protocol/owner/routes.ts';
import type { Act, PostView } from '../../protocol/owner/data.ts';
import type { FeedItem } from '../../protocol/owner/feed.ts';
import type { Client } from '../api/client.ts';
import { sayError } from '../api/problem.ts';
import type { Toasts } from '../app/toasts.svelte.ts';
import { t } from '../messages/translate.ts';
import type { FeedState } from './feed-state.svelte.ts';

/** Acts that take a post off the screen. */
const AWAY = ['hide', 'mute', 'block'] as const;
export type Away = (typeof AWAY)[number];

/** The act that took the post away, if one did. */
export function awayBy(post: PostView): Away | null {
  return AWAY.find((act) => post.acts.includes(act)) ?? null;
}

export interface Acts {
  /** Makes the act, or takes it back when it is in force. */
  toggle(item: FeedItem, act: Act): Promise<void>;
  undo(item: FeedItem, act: Act): Promise<void>;
}

/** The owner's own acts on posts: they stay in the locker and can be taken back. */
export function createActs(client: Client, feed: FeedState, toasts: Toasts): Acts {
  async function undo(item: FeedItem, act: Act): Promise<void> {
    feed.mark(item, act, false);
    try {
      await client.call(ROUTES.undoAct, { params: { id: `${act}:${item.post.id}` } });
      toasts.say(t('act.undone'));
    } catch (error) {
      feed.mark(item, act, true);
      toasts.problem(sayError(error));
    }
  }

  async function make(item: FeedItem, act: Act): Promise<void> {
    feed.mark(item, act, true);
    try {
      await client.call(ROUTES.makeAct, { body: { act, record: item.post.id } });
      const name = item.post.author?.name ?? t('post.unknownAuthor');
      toasts.say(t(`act.${act}.done`, { name }), () => undo(item, act));
    } catch (error) {
      feed.mark(item, act, false);
      toasts.problem(sayError(error));
    }
  }

  return {
    undo,
    toggle: (item, act) => (item.post.acts.includes(act) ? undo(item, act) : make(item, act)),
  };
}
