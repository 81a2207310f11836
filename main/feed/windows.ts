import type { Mix, Origin } from '../../protocol/owner/feed.ts';
import type { Store } from '../store/index.ts';
import type { PostSet } from './post-set.ts';
import type { Snapshot } from './snapshot.ts';
import type { Among, WindowSource } from './window-source.ts';
import { FeedWindow } from './window.ts';

/** Windows limited to some posts that are kept: those of the mixes that were used last. */
const LIMITED_KEPT = 3;

/** What a mix looks at, as keys of the store, and what of it isn't there any more. */
export interface LooksAt {
  /** Null: everything. */
  readonly among: Among | null;
  readonly gone: readonly Origin[];
}

const EVERYTHING: LooksAt = { among: null, gone: [] };

/** The posts that a mix looks at at a moment. */
export interface MixPosts {
  readonly posts: PostSet;
  /** The store's last change that they include. */
  readonly seq: number;
  readonly gone: readonly Origin[];
}

/** One window for everything, and one for each thing that mixes are limited to. */
export class Windows {
  readonly #store: Pick<Store, 'read'>;
  /** Each window follows the store by a source of its own: what a source told once, it doesn't tell again. */
  readonly #sourceOf: () => WindowSource;
  /** Of all posts. */
  readonly #whole: FeedWindow;
  readonly #limited = new Map<string, { readonly among: Among; readonly window: FeedWindow }>();

  constructor(store: Pick<Store, 'read'>, whole: WindowSource, sourceOf: () => WindowSource) {
    this.#store = store;
    this.#sourceOf = sourceOf;
    this.#whole = new FeedWindow(whole);
  }

  async posts(mix: Pick<Mix, 'window' | 'looksAt'>, now: number, timeZone: string): Promise<MixPosts> {
    const { among, gone } = await this.looksAt(mix);
    const window = among === null ? this.#whole : this.#windowOf(among);
    return { ...(await window.posts(mix.window, now, timeZone)), gone };
  }

  /** Asked anew each time: lists change, and accounts get further names. While nothing does, the same object. */
  async looksAt({ looksAt }: Pick<Mix, 'looksAt'>): Promise<LooksAt> {
    if (looksAt === undefined) return EVERYTHING;
    const origins = looksAt.map(({ kind, id }) => ({ kind, id }));
    const { gone, ...among } = await this.#store.read('feed.originKeys', { origins });
    return {
      among: this.#limited.get(nameOf(among))?.among ?? among,
      gone: gone.flatMap((place) => looksAt[place] ?? []),
    };
  }

  /** All posts back to the oldest one of a feed; a larger window than usual is held for this once only. */
  async backTo({ document, shown, hidden }: Snapshot, now: number): Promise<PostSet> {
    const oldest = Math.min(...[shown, hidden].map((ids) => ids.reduce((a, b) => Math.min(a, b), Infinity)));
    let from = this.#whole;
    for (let maxItems = document.mix.window.maxItems; ; maxItems *= 2) {
      const { posts } = await from.posts({ maxItems, maxAgeHours: null }, now, document.timeZone);
      // Ids are made of publication times, and the window ends with the oldest.
      if (posts.n < maxItems || (posts.f64('id')[posts.n - 1] ?? -Infinity) <= oldest) return posts;
      from = new FeedWindow(this.#sourceOf());
    }
  }

  #windowOf(among: Among): FeedWindow {
    const name = nameOf(among);
    const kept = this.#limited.get(name) ?? { among, window: new FeedWindow(this.#sourceOf(), undefined, among) };
    this.#limited.delete(name);
    this.#limited.set(name, kept);
    const [oldest] = this.#limited.keys();
    if (this.#limited.size > LIMITED_KEPT && oldest !== undefined) this.#limited.delete(oldest);
    return kept.window;
  }
}

function nameOf({ sources, authors }: Among): string {
  return JSON.stringify([sources, authors]);
}
