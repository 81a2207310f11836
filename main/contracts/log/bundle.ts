import type { Bundle, LogEntry } from '../../../protocol/contract/grant.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { KeptChain, KeptGrant, Store } from '../../store/index.ts';
import type { LockerKey } from '../grants/signing-key.ts';
import { signBundle } from '../receipts/bundle.ts';
import { closedDay } from './day-closing.ts';

const ENTRIES_AT_ONCE = 5000;
const ROUNDS = 10;

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
  for (const { id } of grants) yield await bundleOf(id, options);
}

async function bundleOf(id: string, { store, key, now }: BundleOptions): Promise<Bundle> {
  const { chain, log } = await readWhole(store, id);
  const offer = await store.read('contracts.offer', { digest: chain.offer });
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
          revisions: chain.revisions.map(({ revision, at, clauses }) => ({
            revision,
            at: new Date(at).toISOString(),
            clauses,
          })),
          receipts: chain.receipts,
          days: chain.days.map(closedDay),
          log,
          erasure: chain.erasure,
        },
      ],
    },
    key.signing,
  );
}

/**
 * The chain at one moment, and the log up to then: the log is read in parts, as it may be long. Days that were closed and
 * forgotten meanwhile are only in a later chain, so then it begins anew.
 */
async function readWhole(store: Pick<Store, 'read'>, grant: string): Promise<{ chain: KeptChain; log: LogEntry[] }> {
  for (let round = 1; ; round++) {
    const chain = await store.read('contracts.chain', { grant });
    if (chain === null) throw new LockerError('grant_not_found');
    const log = await readLog(store, grant, chain.lastEntry);
    const whole = wholeDays(log, chain);
    // A log that never fits is damaged: whoever checks it is told where.
    if (whole !== null || round === ROUNDS) return { chain, log: whole ?? log };
  }
}

/** The entries up to a number; where older ones were forgotten between two parts, those after the gap. */
async function readLog(store: Pick<Store, 'read'>, grant: string, last: number): Promise<LogEntry[]> {
  let log: LogEntry[] = [];
  let after = 0;
  while (after < last) {
    const more = await store.read('contracts.logOf', { grant, after, limit: ENTRIES_AT_ONCE });
    if (more[0]?.number !== after + 1) log = [];
    for (const entry of more) {
      // The store no longer has the entry before; here it was read already.
      const previous = entry.previous ?? log.at(-1)?.hash ?? null;
      if (entry.number <= last) log.push({ ...entry, previous });
    }
    after = more.at(-1)?.number ?? last;
  }
  return log;
}

/**
 * Without the rest of a day whose entries are just being forgotten. Null: the chain does not know the day before the first
 * entry that is left.
 */
function wholeDays(log: LogEntry[], { days, lastEntry }: KeptChain): LogEntry[] | null {
  const [first] = log;
  if (first === undefined) return (days.at(-1)?.last ?? 0) >= lastEntry ? log : null;
  if (first.number === 1) return log;
  const end = days.find(({ last }) => last >= first.number - 1)?.last;
  if (end === undefined) return null;
  return log.slice(end - first.number + 1);
}
