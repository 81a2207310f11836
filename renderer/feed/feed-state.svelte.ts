import { ROUTES } from '../../protocol/owner/routes.ts';
import type { Act } from '../../protocol/owner/data.ts';
import type { FeedItem, FeedPage, FeedRequest, Mix, Move } from '../../protocol/owner/feed.ts';
import type { Client } from '../api/client.ts';
import { ApiError, sayError } from '../api/problem.ts';
import { createLatest } from '../mixer/latest.ts';
import { missingPages, nearest, PAGE, shiftsOf, type Shift } from './pages.ts';
import { keepReading, keptReading } from './reading.ts';

export type Order = FeedRequest['order'];

/** Rows held at most; the rest is asked for again when it comes near. */
const ROWS_MAX = 1_200;

/** A row, and how many pixels of it are above the top of the list. */
export interface Spot {
  readonly row: number;
  readonly offset: number;
}

/** The feed a trial is compared with. */
interface Baseline {
  readonly feedId: string;
  readonly top: readonly FeedItem[];
}

/** A post that left the top, and what moved it. */
export interface Gone {
  readonly item: FeedItem;
  readonly move: Move | null;
}

/** The feed on screen: one stored snapshot, its rows loaded as they come near. */
export class FeedState {
  phase = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  problem = $state<string | null>(null);
  order = $state<Order>('mix');
  page = $state.raw<FeedPage | null>(null);
  /** Posts in the feed, hidden ones not counted. */
  count = $state(0);
  rows = $state.raw<ReadonlyMap<number, FeedItem>>(new Map());
  newCount = $state(0);
  /** While a mix is tried: how the posts on screen moved, and the ones that left the top. */
  shifts = $state.raw<ReadonlyMap<string, Shift>>(new Map());
  gone = $state.raw<readonly Gone[]>([]);
  /** Counts the snapshots that replaced each other. */
  generation = $state(0);
  /** Where the list has to go; the list sets it to null when it is there. */
  jump = $state.raw<Spot | null>(null);
  /** Where the owner is reading. */
  anchor: Spot = { row: 0, offset: 0 };
  /** Rows on screen, kept by the list. */
  visible: { first: number; last: number } = { first: 0, last: 0 };
  readonly #client: Client;
  #baseline: Baseline | null = null;
  readonly #asked = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Opens the feed that was left in this tab where it was left, else a new one. */
  async open(): Promise<void> {
    const reading = keptReading(sessionStorage);
    if (reading === null) return this.load();
    this.phase = 'loading';
    try {
      const offset = Math.max(0, reading.row - PAGE / 2);
      const page = await this.#pageOf(reading.feedId, offset);
      this.order = reading.order;
      this.#show([page]);
      this.#go({ row: reading.row, offset: reading.offset });
      this.phase = 'ready';
    } catch (error) {
      if (error instanceof ApiError && error.code !== 'feed_not_found') return this.#fail(error);
      await this.load();
    }
  }

  /** A new snapshot from the top, or from where the owner was reading it. */
  async load(order: Order = this.order): Promise<void> {
    this.phase = this.page === null ? 'loading' : this.phase;
    try {
      const page = await this.#client.call(ROUTES.makeFeed, { body: { order, limit: PAGE } });
      this.order = order;
      const row = await this.#rowOf(page);
      this.#dropBaseline();
      this.#show([page]);
      this.#go({ row, offset: 0 });
      this.newCount = 0;
      this.phase = 'ready';
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Loads what is missing of rows `first..last`. */
  async ensure(first: number, last: number): Promise<void> {
    const feedId = this.page?.feedId;
    if (feedId === undefined) return;
    const offsets = missingPages(first, last, this.count, (row) => this.rows.has(row));
    const wanted = offsets.filter((offset) => !this.#asked.has(`${feedId}/${offset}`));
    await Promise.all(
      wanted.map(async (offset) => {
        const key = `${feedId}/${offset}`;
        this.#asked.add(key);
        try {
          const page = await this.#pageOf(feedId, offset, this.#baseline?.feedId);
          if (this.page?.feedId === feedId) this.#merge(page);
        } catch (error) {
          if (this.page?.feedId === feedId) this.problem = sayError(error);
        } finally {
          this.#asked.delete(key);
        }
      }),
    );
  }

  /** Shows the feed that `mix` would make, one request at a time, compared with the one before the trial. */
  readonly tryMix = createLatest(async (mix: Mix): Promise<void> => {
    this.#baseline ??= this.#asBaseline();
    const baseline = this.#baseline;
    try {
      const previous = baseline === null ? {} : { previous: baseline.feedId };
      const page = await this.#client.call(ROUTES.makeFeed, { body: { mix, order: 'mix', limit: PAGE, ...previous } });
      const seen =
        this.visible.last >= page.items.length
          ? [await this.#pageOf(page.feedId, this.visible.first, baseline?.feedId)]
          : [];
      if (this.#baseline !== baseline) return;
      this.order = 'mix';
      this.#show([page, ...seen]);
      this.#compare([page, ...seen]);
    } catch (error) {
      this.problem = sayError(error);
    }
  });

  /** The trial became the saved mix: its feed is the feed. */
  settle(): void {
    this.#dropBaseline();
    const feedId = this.page?.feedId;
    // Opened again, the tab shows this feed and not the one before the trial.
    if (feedId !== undefined)
      keepReading(sessionStorage, { feedId, order: this.order, row: this.visible.first, offset: 0 });
  }

  /** Back to the feed before the trial. */
  async putBack(): Promise<void> {
    const baseline = this.#baseline;
    this.#dropBaseline();
    if (baseline === null) return;
    try {
      const pages = [await this.#pageOf(baseline.feedId, 0)];
      if (this.visible.last >= PAGE) pages.push(await this.#pageOf(baseline.feedId, this.visible.first));
      this.#show(pages);
    } catch {
      await this.load();
    }
  }

  async checkNew(): Promise<void> {
    const feedId = this.page?.feedId;
    if (feedId === undefined || this.#baseline !== null) return;
    const { count } = await this.#client
      .call(ROUTES.feedNew, { params: { id: feedId } })
      .catch(() => ({ count: this.newCount }));
    if (this.page?.feedId !== feedId) return;
    // Where there is nothing to read, nobody is disturbed by what came.
    if (count > 0 && this.count === 0) await this.load();
    else this.newCount = count;
  }

  /** Remembers the row at the top of the screen, in this tab and in the locker. */
  async read(row: number, offset: number): Promise<void> {
    this.anchor = { row, offset };
    const feedId = this.page?.feedId;
    if (feedId === undefined || this.#baseline !== null) return;
    keepReading(sessionStorage, { feedId, order: this.order, row, offset });
    const record = this.rows.get(row)?.post.id;
    if (record === undefined) return;
    await this.#client.call(ROUTES.feedPosition, { params: { id: feedId }, body: { record } }).catch(() => undefined);
  }

  /** Marks an act on a post as made or taken back; mute and block speak of all its author's posts. */
  mark(item: FeedItem, act: Act, made: boolean): void {
    const author = item.post.author?.uri;
    const wide = act === 'mute' || act === 'block';
    const rows = new Map(this.rows);
    for (const [row, other] of rows) {
      if (other.post.id !== item.post.id && !(wide && author !== undefined && other.post.author?.uri === author))
        continue;
      const acts = other.post.acts.filter((name) => name !== act);
      rows.set(row, { ...other, post: { ...other.post, acts: made ? [...acts, act] : acts } });
    }
    this.rows = rows;
  }

  /** Posts by a mix that is not kept are on screen. */
  get trial(): boolean {
    return this.#baseline !== null;
  }

  /** Nothing of the feed stays in the page or the tab. */
  forget(): void {
    this.page = null;
    this.rows = new Map();
    this.count = 0;
    this.phase = 'idle';
    this.#dropBaseline();
    keepReading(sessionStorage, null);
  }

  async #pageOf(feedId: string, offset: number, previous?: string): Promise<FeedPage> {
    const query = { offset, limit: PAGE, ...(previous !== undefined && { previous }) };
    return this.#client.call(ROUTES.feedPage, { params: { id: feedId }, query });
  }

  /** Row of the post where the owner stopped reading, when the feed says so. */
  async #rowOf(page: FeedPage): Promise<number> {
    const record = page.position;
    if (record === null) return 0;
    const here = page.items.findIndex((item) => item.post.id === record);
    if (here >= 0) return page.offset + here;
    const why = await this.#client.call(ROUTES.feedWhy, { params: { id: page.feedId, record } }).catch(() => null);
    return why?.rank === null || why === null ? 0 : why.rank - 1;
  }

  #go(spot: Spot): void {
    this.anchor = spot;
    this.jump = spot;
  }

  #show(pages: readonly FeedPage[]): void {
    const [page] = pages;
    if (page === undefined) return;
    this.page = page;
    this.problem = null;
    this.generation += 1;
    this.count = page.offset + page.items.length + page.left;
    this.rows = new Map(pages.flatMap((each) => each.items.map((item, n) => [each.offset + n, item] as const)));
  }

  #merge(page: FeedPage): void {
    const rows = new Map(this.rows);
    page.items.forEach((item, n) => rows.set(page.offset + n, item));
    this.rows = nearest(rows, this.visible.first, ROWS_MAX);
    // What is known of posts that came into the first page stays.
    if (this.#baseline !== null) this.shifts = new Map([...shiftsOf([page]), ...this.shifts]);
  }

  #asBaseline(): Baseline | null {
    if (this.page === null || this.order === 'newest') return null;
    const top = [...this.rows.entries()].filter(([row]) => row < PAGE).map(([, item]) => item);
    return { feedId: this.page.feedId, top };
  }

  #compare(pages: readonly FeedPage[]): void {
    const [first] = pages;
    if (this.#baseline === null || first === undefined) return;
    this.shifts = shiftsOf(pages);
    const left = new Set(first.leftPage);
    const moves = new Map(first.moves.map((move) => [move.record, move]));
    this.gone = this.#baseline.top
      .filter((item) => left.has(item.post.id))
      .map((item) => ({ item, move: moves.get(item.post.id) ?? null }));
  }

  #dropBaseline(): void {
    this.#baseline = null;
    this.shifts = new Map();
    this.gone = [];
  }

  #fail(error: unknown): void {
    this.problem = sayError(error);
    if (this.page === null) this.phase = 'failed';
  }
}
