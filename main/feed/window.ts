import type { AuthorFacts } from './author-rows.ts';
import { mergeFacts, newestFirst } from './merge-facts.ts';
import { postSet, type PostContext, type PostFacts, type PostSet } from './post-set.ts';
import { withinWindow } from './scene.ts';
import { changesAmong } from './among.ts';
import type { Among, WindowRows, WindowSource } from './window-source.ts';

/** Posts held beyond the window's size, so that deletions don't make it load again at once. */
function sparePosts(maxItems: number): number {
  return 100 + Math.ceil(maxItems / 20);
}

interface Held {
  readonly seq: number;
  readonly capacity: number;
  /** True while the store has no older post than the window. */
  readonly holdsAll: boolean;
  readonly facts: PostFacts;
  readonly context: PostContext;
  readonly posts: PostSet;
}

/** What a feed looks at: its mix's window. */
export interface WindowSize {
  readonly maxItems: number;
  readonly maxAgeHours: number | null;
}

/**
 * The newest posts, or the newest of some, held in memory and brought up to date by what changed, never rebuilt per request.
 * A set that was handed out never changes; while nothing changes in the store, the same set is handed out again.
 */
export class FeedWindow {
  readonly #source: WindowSource;
  #held: Held | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  readonly #spare: (maxItems: number) => number;
  readonly #among: Among | null;

  constructor(
    source: WindowSource,
    spare: (maxItems: number) => number = sparePosts,
    /** What it is limited to. */
    among: Among | null = null,
  ) {
    this.#source = source;
    this.#spare = spare;
    this.#among = among;
  }

  /** The posts of the window at `now`, newest first, and the store's last change that they include. */
  async posts(size: WindowSize, now: number, timeZone: string): Promise<{ posts: PostSet; seq: number }> {
    const turn = this.#turn.then(() => this.#refresh(size, now, timeZone));
    this.#turn = turn.catch(() => undefined);
    const held = await turn;
    return { posts: withinWindow(held.posts, now, size), seq: held.seq };
  }

  async #refresh(size: WindowSize, now: number, timeZone: string): Promise<Held> {
    const held = this.#held;
    const next = held === null ? await this.#load(size, now, timeZone) : await this.#update(held, size, now, timeZone);
    this.#held = next;
    return next;
  }

  async #load(size: WindowSize, now: number, timeZone: string): Promise<Held> {
    const capacity = size.maxItems + this.#spare(size.maxItems);
    const rows = await this.#source.load({ maxItems: capacity, now, ...(this.#among && { among: this.#among }) });
    const facts = newestFirst(rows.facts, capacity);
    const context = {
      authors: new Map(rows.authors.map((author) => [author.key, author])),
      langs: rows.langs,
      blockedHosts: rows.blockedHosts,
      tagSalt: rows.tagSalt,
      timeZone,
    };
    const holdsAll = rows.facts.n < capacity;
    return { seq: rows.seq, capacity, holdsAll, facts, context, posts: postSet(facts, context) };
  }

  async #update(held: Held, size: WindowSize, now: number, timeZone: string): Promise<Held> {
    if (!held.holdsAll && held.capacity < size.maxItems) return this.#load(size, now, timeZone);
    const all = await this.#source.since({ seq: held.seq, now });
    if (all === null) return this.#load(size, now, timeZone);
    const changes = this.#among === null ? all : changesAmong(all, this.#among, held.facts.f64.id);
    const capacity = Math.max(held.capacity, size.maxItems + this.#spare(size.maxItems));
    const unchanged = changes.facts.n === 0 && changes.removed.length === 0;
    const facts = unchanged
      ? held.facts
      : mergeFacts(held.facts, changes.facts, changes.removed, { capacity, holdsAll: held.holdsAll });
    const holdsAll = held.holdsAll && facts.n < capacity;
    if (!holdsAll && facts.n < size.maxItems) return this.#load(size, now, timeZone);
    const context = contextAfter(held.context, changes, timeZone);
    const posts = facts === held.facts && context === held.context ? held.posts : postSet(facts, context);
    return { seq: changes.seq, capacity, holdsAll, facts, context, posts };
  }
}

function contextAfter(before: PostContext, changes: WindowRows, timeZone: string): PostContext {
  const news = changes.authors.filter((author) => !sameAuthor(before.authors.get(author.key), author));
  const langs = changes.langs.length === before.langs.length ? before.langs : changes.langs;
  const sameHosts = JSON.stringify(changes.blockedHosts) === JSON.stringify(before.blockedHosts);
  const blockedHosts = sameHosts ? before.blockedHosts : changes.blockedHosts;
  if (news.length === 0 && sameHosts && langs === before.langs && timeZone === before.timeZone) return before;
  const authors = news.length === 0 ? before.authors : new Map(before.authors);
  if (authors instanceof Map) for (const author of news) authors.set(author.key, author);
  return { authors, langs, blockedHosts, timeZone, tagSalt: before.tagSalt };
}

/** A new `seq` alone is no news. */
function sameAuthor(before: AuthorFacts | undefined, now: AuthorFacts): boolean {
  return before !== undefined && JSON.stringify({ ...before, seq: 0 }) === JSON.stringify({ ...now, seq: 0 });
}
