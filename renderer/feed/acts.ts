import { ROUTES } from '../../protocol/owner/routes.ts';
import type { Act, PostView } from '../../protocol/owner/data.ts';
import type { AlgorithmCard, FeedItem } from '../../protocol/owner/feed.ts';
import type { Client } from '../api/client.ts';
import { sayError } from '../api/problem.ts';
import type { Toasts } from '../app/toasts.svelte.ts';
import { isHeard, isWish, listenerFor, withAlgorithm } from '../learning/into-mix.ts';
import { t } from '../messages/translate.ts';
import type { MixState } from '../mixer/mix-state.svelte.ts';
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
export function createActs(client: Client, feed: FeedState, toasts: Toasts, mix: MixState): Acts {
  /** Requests that are under way, by act and post: an undo waits for what it takes back. */
  const under = new Map<string, Promise<unknown>>();

  async function inOrder(id: string, request: () => Promise<unknown>): Promise<void> {
    const before = under.get(id) ?? Promise.resolve();
    const next = before.catch(() => undefined).then(request);
    under.set(id, next);
    try {
      await next;
    } finally {
      if (under.get(id) === next) under.delete(id);
    }
  }

  async function undo(item: FeedItem, act: Act): Promise<void> {
    const id = `${act}:${item.post.id}`;
    feed.mark(item, act, false);
    try {
      await inOrder(id, () => client.call(ROUTES.undoAct, { params: { id } }));
      toasts.say(t('act.undone'));
    } catch (error) {
      feed.mark(item, act, true);
      toasts.problem(sayError(error));
    }
  }

  /** Says what was done; where nothing in the mix hears a wish, says that, and offers what would. */
  function say(item: FeedItem, act: Act): number {
    const name = item.post.author?.name ?? t('post.unknownAuthor');
    const takeBack = (): Promise<void> => undo(item, act);
    if (!isWish(act) || mix.saved === null || isHeard(act, mix.saved, mix.cards)) {
      return toasts.say(t(`act.${act}.done`, { name }), takeBack);
    }
    const card = listenerFor(act, mix.cards);
    const offer = card && { label: t('act.listen', { name: card.name }), run: () => listen(card) };
    return toasts.say(t(`act.${act}.unheard`), takeBack, offer ?? null);
  }

  async function listen(card: AlgorithmCard): Promise<void> {
    try {
      await mix.changeAndKeep((old) => withAlgorithm(old, card));
      toasts.say(t('algo.added', { name: card.name }));
      if (feed.page !== null) await feed.load();
    } catch (error) {
      toasts.problem(sayError(error));
    }
  }

  /** Shown at once, so that a quick undo meets this act and not the one before. */
  async function make(item: FeedItem, act: Act): Promise<void> {
    feed.mark(item, act, true);
    if (isWish(act)) feed.mark(item, act === 'more' ? 'less' : 'more', false);
    const said = say(item, act);
    try {
      const body = { act, record: item.post.id };
      await inOrder(`${act}:${item.post.id}`, () => client.call(ROUTES.makeAct, { body }));
    } catch (error) {
      toasts.drop(said);
      feed.mark(item, act, false);
      toasts.problem(sayError(error));
    }
  }

  return {
    undo,
    toggle: (item, act) => (item.post.acts.includes(act) ? undo(item, act) : make(item, act)),
  };
}
