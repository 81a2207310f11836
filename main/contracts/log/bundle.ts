import type { Bundle, LogEntry, SignedReceipt } from '../../../protocol/contract/grant.ts';
import type { KeptGrant, Store } from '../../store/index.ts';
import type { LockerKey } from '../grants/signing-key.ts';
import { signBundle } from '../receipts/bundle.ts';
import { closedDay, dayOf } from './day-closing.ts';

const RECEIPTS_AT_ONCE = 1000;
const ENTRIES_AT_ONCE = 5000;

export interface BundleOptions {
  readonly store: Pick<Store, 'read'>;
  readonly key: LockerKey;
  readonly now: () => number;
}

/**
 * Everything about the contracts that can be checked without the locker, one signed bundle a contract: each is read as it is
 * asked for, so that memory holds one at a time.
 */
export async function* bundles(grants: readonly KeptGrant[], options: BundleOptions): AsyncIterable<Bundle> {
  for (const grant of grants) yield await bundleOf(grant, options);
}

async function bundleOf(kept: KeptGrant, { store, key, now }: BundleOptions): Promise<Bundle> {
  const { id } = kept;
  // The log first: what is written meanwhile is then missing at its end, never in between.
  const log = await readLog(store, id);
  const receipts = await readReceipts(store, id);
  const closed = new Set(receipts.flatMap(({ receipt: { day } }) => (day === null ? [] : [day.date])));
  const [revisions, days, offer, erasures] = await Promise.all([
    store.read('contracts.revisions', { grant: id }),
    store.read('contracts.days', { grant: id, from: 0, to: dayOf(now()) + 1 }),
    store.read('contracts.offer', { digest: kept.offer.digest }),
    store.read('contracts.erasures', { grant: id }),
  ]);
  return signBundle(
    {
      format: 'data-locker-bundle/1',
      made: new Date(now()).toISOString(),
      jwks: { keys: [...key.jwks.keys] },
      grants: [
        {
          grant_id: id,
          offer: offer?.document ?? {},
          client_jwks: { keys: [], ...offer?.jwks },
          revisions: revisions.map(({ revision, at, clauses }) => ({
            revision,
            at: new Date(at).toISOString(),
            clauses,
          })),
          receipts,
          days: days.map(closedDay).filter(({ date }) => closed.has(date)),
          log,
          erasure: erasures[0] ?? null,
        },
      ],
    },
    key.signing,
  );
}

async function readLog(store: Pick<Store, 'read'>, grant: string): Promise<LogEntry[]> {
  const log: LogEntry[] = [];
  for (;;) {
    const after = log.at(-1)?.number ?? 0;
    const more = await store.read('contracts.logOf', { grant, after, limit: ENTRIES_AT_ONCE });
    for (const entry of more) log.push(entry);
    if (more.length < ENTRIES_AT_ONCE) return log;
  }
}

async function readReceipts(store: Pick<Store, 'read'>, grant: string): Promise<SignedReceipt[]> {
  const receipts: SignedReceipt[] = [];
  for (;;) {
    const after = receipts.length;
    const query = { grant, after, limit: RECEIPTS_AT_ONCE, dayClosings: true };
    const more = await store.read('contracts.receipts', query);
    for (const receipt of more) receipts.push(receipt);
    if (more.length < RECEIPTS_AT_ONCE) return receipts;
  }
}
