import type { Revision, GrantPage } from '../../../protocol/owner/services.ts';
import type { KeptGrant, KeptRevision, Store } from '../../store/index.ts';
import { daysOf } from '../activity/activity.ts';
import { erasureView } from '../erasure/erasure-state.ts';
import type { GrantBook } from '../grants/grant-book.ts';
import { dayOf } from '../log/day-closing.ts';
import { tightened, usedBy } from '../log/tighten.ts';
import { titles, viewsOf } from '../requests/terms.ts';
import { clauseChanges } from '../words/changes.ts';
import { instant, summaryOfGrant } from './cards.ts';

/** What the page shows of the past, in days; what was used lately counts for tightening. */
const SHOWN_DAYS = 90;
const LATELY_DAYS = 30;
const SHOWN_RECEIPTS = 1000;
const SHOWN_REVISIONS = 100;

export interface PageOptions {
  readonly store: Pick<Store, 'read'>;
  readonly book: Pick<GrantBook, 'offer'>;
  readonly now: () => number;
}

/** A contract with its past: revisions, what was read, receipts, and what it could do with less of. */
export async function grantPage(grant: KeptGrant, { store, book, now }: PageOptions): Promise<GrantPage> {
  const at = now();
  const today = dayOf(at);
  const [offer, known, revisions, days, all, lately, receipts, erasures] = await Promise.all([
    book.offer(grant.offer.digest),
    store.read('contracts.ownDatatypes', {}),
    store.read('contracts.revisions', { grant: grant.id }),
    store.read('contracts.days', { grant: grant.id, from: today - SHOWN_DAYS + 1, to: today + 1 }),
    store.read('contracts.use', { grant: grant.id, from: 0 }),
    store.read('contracts.use', { grant: grant.id, from: today - LATELY_DAYS + 1 }),
    store.read('contracts.receipts', { grant: grant.id, after: 0, limit: SHOWN_RECEIPTS, dayClosings: false }),
    store.read('contracts.erasures', { grant: grant.id }),
  ]);
  const words = titles(offer, known);
  return {
    summary: summaryOfGrant(grant, at, words),
    clauses: viewsOf(grant.clauses, grant.asked, { offer, known }),
    offered: grant.asked,
    limits: grant.limits,
    revisions: revisionViews(revisions, words),
    days: daysOf(days),
    used: usedBy(grant.clauses, all).map(({ clauseId, fields, oldest, rows }) => ({
      clauseId,
      fields,
      oldest: oldest === null ? null : instant(oldest),
      rows,
    })),
    tighten: grant.ended === null ? tightened(grant, usedBy(grant.clauses, lately)) : null,
    receipts,
    erasure: erasures[0] === undefined ? null : erasureView(erasures[0], at),
    hasWebhook: offer.webhook !== undefined,
  };
}

/** The newest first, each with what it changed. */
function revisionViews(revisions: readonly KeptRevision[], words: ReadonlyMap<string, string>): Revision[] {
  return revisions
    .map(({ revision, at, event, clauses }, index) => ({
      revision,
      at: instant(at),
      event,
      changes: clauseChanges(revisions[index - 1]?.clauses ?? [], clauses, 'all', words),
    }))
    .slice(-SHOWN_REVISIONS)
    .reverse();
}
