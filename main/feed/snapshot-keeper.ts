import { LockerError } from '../../protocol/errors.ts';
import type { Store } from '../store/index.ts';
import type { MadeFeed } from './feed-maker.ts';
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.ts';
import type { Snapshot, Working } from './snapshot.ts';
import { postPrints } from './versions.ts';
import { rowsBy } from './grouping.ts';

/** Feeds held in memory, and those of them with the rows behind them. */
const HELD = 24;
const WITH_ROWS = 3;
const HIDES_PER_WRITE = 500;

/** A feed that is looked at. */
export interface KeptFeed {
  readonly snapshot: Snapshot;
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
  #storing: Promise<void> = Promise.resolve();
  #failure: Error | null = null;

  constructor(store: Pick<Store, 'read' | 'write'>) {
    this.#store = store;
  }

  /** Takes a feed that was just made; the one that is there already if it is the same. */
  keep({ snapshot, working }: MadeFeed): KeptFeed {
    const known = this.#held.get(snapshot.feedId);
    const kept = known ?? { snapshot, working, position: null, prints: null };
    kept.working = working;
    this.#use(kept);
    if (known === undefined) {
      if (this.#waiting.at(-1)?.snapshot.preview === true) this.#waiting.pop();
      this.#waiting.push(kept);
      this.#storing = this.#storing.then(() => this.#storeNext());
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
    await this.#storing;
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  /** Keeps where the owner reads. */
  async setPosition(kept: KeptFeed, record: number): Promise<void> {
    kept.position = record;
    await this.#storing;
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
    const [oldest] = this.#held.keys();
    if (this.#held.size > HELD && oldest !== undefined) this.#held.delete(oldest);
    // The rows of a feed hold on to a whole window; only the latest feeds may.
    const all = [...this.#held.values()];
    for (const old of all.slice(0, -WITH_ROWS)) {
      if (!this.#waiting.includes(old)) old.working = null;
    }
  }

  async #storeNext(): Promise<void> {
    const kept = this.#waiting.shift();
    if (kept === undefined) return;
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
    for (let at = 0; at === 0 || at < hidden.length; at += HIDES_PER_WRITE) {
      const ids = Array.from(hidden.subarray(at, at + HIDES_PER_WRITE));
      const hides = ids.map((record) => ({ record, causes: JSON.stringify(marks.of(record)) }));
      await this.#store.write('feed.putHides', { at: created, hides });
    }
  }
}

function printsOf({ shown, hidden }: Snapshot, { outcome }: Working): Uint32Array {
  const { posts } = outcome.scene.columns;
  const prints = postPrints(posts);
  const rows = rowsBy(posts, 'id');
  const made = new Uint32Array(shown.length + hidden.length);
  shown.forEach((id, i) => (made[i] = prints[rows.get(id) ?? 0] ?? 0));
  hidden.forEach((id, i) => (made[shown.length + i] = prints[rows.get(id) ?? 0] ?? 0));
  return made;
}
