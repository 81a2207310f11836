import { LockerError } from '../../protocol/errors.ts';
import type { Store } from '../store/index.ts';
import type { MadeFeed } from './feed-maker.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts';
import type { Marks } from './marks.ts';
import type { Snapshot, Working } from './snapshot.ts';
import { postPrints } from './versions.ts';
import { hiddenRows } from './visible.ts';

/** Feeds held in memory, and those of them with the rows behind them: how many, and how many posts they may be together. */
const HELD = { feeds: 24, posts: 600_000 };
const WITH_ROWS = { feeds: 3, posts: 150_000 };
const HIDES_PER_WRITE = 500;
/** Hides are looked up by the day: those that were just written down for another feed are not written again. */
const HIDES_HOLD_MS = 60 * 60_000;
/** The owner's page goes out before the work of storing its feed begins. */
const STORE_AFTER_MS = 200;
/** While the owner waits for a feed nothing is stored, but no longer than this. */
const YIELD_MS = 500;

/** A feed that is looked at. */
export interface KeptFeed {
  /** A trial becomes the owner's feed once its mix is saved; nothing else changes. */
  snapshot: Snapshot;
  /** Null once only the stored feed is left: its rows are then worked out again when needed. */
  working: Working | null;
  position: number | null;
  /** Versions of the posts, shown ones first; null until worked out. */
  prints: Uint32Array | null;
}

/**
 * Keeps feeds: at once in memory, then in the store. While a slider moves, feeds follow each other faster than they are
 * worth storing: a trial that was overtaken before its turn is not stored.
 */
export class SnapshotKeeper {
  readonly #store: Pick<Store, 'read' | 'write'>;
  readonly #held = new Map<string, KeptFeed>();
  #waiting: KeptFeed[] = [];
  /** Feeds that are being made, and what resolves when there is none. */
  #making = 0;
  #quiet = Promise.withResolvers<void>();
  #storing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | null = null;
  /** What was last written down of what is hidden; the same marks are about the same posts. */
  #hides: { readonly marks: Marks; readonly at: number } | null = null;

  constructor(store: Pick<Store, 'read' | 'write'>) {
    this.#store = store;
  }

  /** A feed is being made until this is disposed of. */
  making(): Disposable {
    if (this.#making++ === 0) this.#quiet = Promise.withResolvers();
    return {
      [Symbol.dispose]: () => {
        if (--this.#making === 0) this.#quiet.resolve();
      },
    };
  }

  /** Takes a feed that was just made; the one that is there already if it is the same. */
  keep({ snapshot, working }: MadeFeed): KeptFeed {
    const known = this.#held.get(snapshot.feedId);
    const kept = known ?? { snapshot, working, position: null, prints: null };
    const isWorthMore = kept.snapshot.preview && !snapshot.preview;
    kept.working = working;
    if (isWorthMore) kept.snapshot = snapshot;
    this.#use(kept);
    if (known === undefined || isWorthMore) {
      if (this.#waiting.at(-1)?.snapshot.preview === true) this.#waiting.pop();
      this.#waiting.push(kept);
      this.#timer ??= setTimeout(() => void this.#storeWaiting(), STORE_AFTER_MS).unref();
    }
    return kept;
  }

  /** @throws LockerError feed_not_found */
  async find(feedId: string): Promise<KeptFeed> {
    const known = this.#held.get(feedId);
    if (known !== undefined) {
      this.#use(known);
      return known;
    }
    const row = await this.#store.read('feed.snapshot', { feedId });
    if (row === null) throw new LockerError('feed_not_found');
    const kept = { ...decodeSnapshot(row), working: null, position: row.position };
    this.#use(kept);
    return kept;
  }

  /** Resolves when every feed so far that is worth it is in the store. @throws what kept a feed from being stored */
  async stored(): Promise<void> {
    await this.#storeWaiting();
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  /** Keeps where the owner reads. */
  async setPosition(kept: KeptFeed, record: number): Promise<void> {
    kept.position = record;
    await this.#storeWaiting();
    await this.#store.write('feed.setPosition', { feedId: kept.snapshot.feedId, position: record });
  }

  /** Versions of the feed's posts, shown ones first. */
  prints(kept: KeptFeed): Uint32Array {
    if (kept.prints === null && kept.working !== null) kept.prints = printsOf(kept.snapshot, kept.working);
    return kept.prints ?? new Uint32Array(0);
  }

  #use(kept: KeptFeed): void {
    const { feedId } = kept.snapshot;
    this.#held.delete(feedId);
    this.#held.set(feedId, kept);
    const latest = [...this.#held.values()].reverse();
    for (const old of latest.slice(fitting(latest, HELD))) {
      if (!this.#waiting.includes(old)) this.#held.delete(old.snapshot.feedId);
    }
    // The rows of a feed hold on to a whole window; only the latest feeds may.
    for (const old of latest.slice(fitting(latest, WITH_ROWS))) {
      if (!this.#waiting.includes(old)) old.working = null;
    }
  }

  async #storeWaiting(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#storing = this.#storing.then(async () => {
      while (this.#waiting.length > 0) {
        if (this.#making > 0) await this.#yield();
        const kept = this.#waiting.shift();
        if (kept !== undefined) await this.#storeOne(kept);
      }
    });
    await this.#storing;
  }

  async #yield(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, YIELD_MS);
    await Promise.race([this.#quiet.promise, promise]);
    clearTimeout(timer);
  }

  async #storeOne(kept: KeptFeed): Promise<void> {
    try {
      const { snapshot } = kept;
      await this.#store.write('feed.putSnapshot', encodeSnapshot(snapshot, this.prints(kept)));
      if (kept.position !== null) {
        await this.#store.write('feed.setPosition', { feedId: snapshot.feedId, position: kept.position });
      }
      if (!snapshot.preview) await this.#storeHides(snapshot);
    } catch (error) {
      this.#failure = error instanceof Error ? error : new LockerError('internal', { cause: error });
    }
  }

  async #storeHides({ hidden, marks, created }: Snapshot): Promise<void> {
    const latest = this.#hides;
    if (latest?.marks === marks && Math.abs(created - latest.at) < HIDES_HOLD_MS) return;
    for (let at = 0; at === 0 || at < hidden.length; at += HIDES_PER_WRITE) {
      const ids = Array.from(hidden.subarray(at, at + HIDES_PER_WRITE));
      const hides = ids.map((record) => ({ record, causes: JSON.stringify(marks.of(record)) }));
      await this.#store.write('feed.putHides', { at: created, hides });
    }
    this.#hides = { marks, at: created };
  }
}

/** How many of these, counted from the first, may stay: the first one always. */
function fitting(feeds: readonly KeptFeed[], limit: { readonly feeds: number; readonly posts: number }): number {
  let posts = 0;
  const over = feeds.findIndex(({ snapshot }, place) => {
    posts += snapshot.shown.length + snapshot.hidden.length;
    return place >= limit.feeds || (place > 0 && posts > limit.posts);
  });
  return over < 0 ? feeds.length : over;
}

function printsOf({ shown, hidden }: Snapshot, { outcome }: Working): Uint32Array {
  const prints = postPrints(outcome.scene.columns.posts);
  const made = new Uint32Array(shown.length + hidden.length);
  made.set(outcome.order.map((row) => prints[row] ?? 0));
  made.set(
    hiddenRows(outcome.effects).map((row) => prints[row] ?? 0),
    shown.length,
  );
  return made;
}
