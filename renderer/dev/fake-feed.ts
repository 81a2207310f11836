import type { PostView } from '../../protocol/owner/data.ts';
import type { Cause, FeedItem, FeedPage, HiddenPage, Mix } from '../../protocol/owner/feed.ts';

interface Snapshot {
  readonly id: string;
  readonly items: readonly FeedItem[];
  readonly hidden: readonly { post: PostView; causes: Cause[]; hiddenAt: number }[];
  readonly total: number;
  readonly now: number;
}

const WORDS: Cause = {
  entry: 'words',
  algorithm: 'example.words',
  name: 'Muted words',
  severity: 3,
  target: 'word',
  reason: { code: 'word', text: 'has the muted word “ferry”' },
};
const OWNER: Cause = {
  entry: 'owner',
  algorithm: null,
  name: 'You',
  severity: 3,
  target: 'post',
  reason: { code: 'hide', text: 'you hid this' },
};

/** Mid-ranks are too much for a stand-in: scores by simple formulas, blended by weight. */
function score(post: PostView, mix: Mix, now: number): number {
  const hours = (now - (post.published ?? 0)) / 3_600_000;
  const reactions = (post.likes ?? 0) + 2 * (post.boosts ?? 0) + 3 * (post.replies ?? 0);
  const parts: Record<string, number> = {
    'example.newest': 1 / (1 + hours / 24),
    'example.heat': Math.min(1, Math.sqrt(reactions) / (hours + 2) ** 0.9),
    'example.unusual': (reactions % 97) / 97,
  };
  return mix.entries.reduce(
    (sum, entry) => sum + (entry.enabled ? entry.weight * (parts[entry.algorithm] ?? 0) : 0),
    0,
  );
}

/** Feeds over the made-up posts, kept by id. */
export class FakeFeeds {
  readonly #posts: PostView[];
  readonly #kept = new Map<string, Snapshot>();
  #next = 1;

  constructor(posts: PostView[]) {
    this.#posts = posts;
  }

  make(mix: Mix, order: 'mix' | 'newest', limit: number, previous: string | undefined): FeedPage {
    const started = performance.now();
    const now = Date.now();
    const words = mix.entries.some((entry) => entry.algorithm === 'example.words' && entry.enabled) && order === 'mix';
    const shown: { post: PostView; score: number }[] = [];
    const hidden: { post: PostView; causes: Cause[]; hiddenAt: number }[] = [];
    for (const post of this.#posts) {
      const causes = [
        ...(post.acts.some((act) => act === 'hide' || act === 'mute' || act === 'block') ? [OWNER] : []),
        ...(words && post.text.includes('ferry') ? [WORDS] : []),
      ];
      if (causes.length > 0) hidden.push({ post, causes, hiddenAt: now });
      else shown.push({ post, score: order === 'mix' ? score(post, mix, now) : (post.published ?? 0) });
    }
    shown.sort((a, b) => b.score - a.score);
    const items = shown.map(({ post }, n): FeedItem => ({
      rank: n + 1,
      post,
      marks: n % 23 === 5 ? [{ ...WORDS, severity: 0, reason: { code: 'tag', text: 'has the tag #canal' } }] : [],
      because: order === 'mix' ? 'Hacker News heat lifts it most' : null,
    }));
    const id = `feed-${this.#next++}`;
    this.#kept.set(id, { id, items, hidden, total: this.#posts.length, now });
    const page = this.page(id, 0, limit);
    const before =
      previous === undefined
        ? undefined
        : this.#kept
            .get(previous)
            ?.items.slice(0, limit)
            .map((item) => item.post.id);
    const here = page.items.map((item) => item.post.id);
    const was = previous === undefined ? [] : (this.#kept.get(previous)?.items.map((item) => item.post.id) ?? []);
    const placed = this.#of(id).items.map((item) => item.post.id);
    const by = { entry: 'heat', name: 'Hacker News heat', how: 'lifts' as const };
    const moves = [...new Set([...here, ...(before ?? [])])].map((record) => ({
      record,
      from: was.indexOf(record) + 1 || null,
      to: placed.indexOf(record) + 1 || null,
      by,
    }));
    return {
      ...page,
      moves: before === undefined ? [] : moves.filter(({ from, to }) => from !== to),
      entered: before === undefined ? [] : here.filter((post) => !before.includes(post)),
      leftPage: before === undefined ? [] : before.filter((post) => !here.includes(post)),
      tookMs: performance.now() - started,
    };
  }

  page(id: string, offset: number, limit: number): FeedPage {
    const kept = this.#of(id);
    const items = kept.items.slice(offset, offset + limit);
    return {
      feedId: id,
      now: kept.now,
      total: kept.total,
      hidden: kept.hidden.length,
      items,
      offset,
      left: Math.max(0, kept.items.length - offset - items.length),
      notices: [],
      entered: [],
      leftPage: [],
      moves: [],
      position: null,
      tookMs: 0,
    };
  }

  hidden(id: string, offset: number, limit: number): HiddenPage {
    const kept = this.#of(id);
    return { items: kept.hidden.slice(offset, offset + limit), total: kept.hidden.length, offset };
  }

  rankOf(id: string, record: string): { rank: number | null; newest: number | null; total: number } {
    const kept = this.#of(id);
    const rank = kept.items.findIndex((item) => item.post.id === record);
    const newest = this.#posts.findIndex((post) => post.id === record);
    return { rank: rank < 0 ? null : rank + 1, newest: newest < 0 ? null : newest + 1, total: kept.items.length };
  }

  #of(id: string): Snapshot {
    const kept = this.#kept.get(id);
    if (kept === undefined) throw new Error('feed_not_found');
    return kept;
  }
}
