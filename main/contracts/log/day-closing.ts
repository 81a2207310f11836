import type { ClosedDay } from '../../../protocol/contract/grant.ts';
import type { KeptDay, Store } from '../../store/index.ts';
import type { GrantBook } from '../grants/grant-book.ts';

const DAY_MS = 86_400_000;
/** Requests that began before midnight may still end. */
const AFTER_MIDNIGHT_MS = 5 * 60_000;
/** Entries that are removed in one transaction: other writes wait for it. */
const AT_ONCE = 2000;

export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

export function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}

export function closedDay({ day, first, last, hash, requests, rows, bytes }: KeptDay): ClosedDay {
  return { date: dateOf(day), first, last, hash, requests, rows, bytes };
}

export interface DayClosing {
  /** Closes every day that is over and forgets the single entries of old ones. @returns when to do it again */
  run(): Promise<number>;
}

export interface DayClosingOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly book: GrantBook;
  readonly now: () => number;
  /** Days for which single entries are kept. */
  readonly keptDays: () => number;
}

/**
 * Puts the hash that a day's log ends with into the contract's chain of receipts: from then on no entry of that day can be
 * altered, added or left out unseen, also once the single entries are gone.
 */
export function createDayClosing({ store, book, now, keptDays }: DayClosingOptions): DayClosing {
  async function close(open: KeptDay): Promise<void> {
    const { date, hash, requests, rows, bytes } = closedDay(open);
    const closing = { day: open.day, entry: { date, hash, requests, rows, bytes } };
    await book.change(async () => ({ steps: [{ on: open.grant, step: { event: 'day closed', closing } }] }));
  }

  async function prune(): Promise<void> {
    const before = dayOf(now()) - keptDays();
    let pruned = false;
    for (let more = true; more;) {
      ({ more } = await store.write('contracts.pruneLog', { before, limit: AT_ONCE }));
      pruned ||= more;
    }
    if (pruned) await store.write('contracts.dropShapes', {});
  }

  return {
    async run() {
      const today = dayOf(now() - AFTER_MIDNIGHT_MS);
      for (;;) {
        const open = await store.read('contracts.openDays', { before: today });
        for (const day of open) await close(day);
        if (open.length === 0) break;
      }
      await prune();
      return (dayOf(now() - AFTER_MIDNIGHT_MS) + 1) * DAY_MS + AFTER_MIDNIGHT_MS + 1000;
    },
  };
}
