import type { LogEntry } from '../../../protocol/contract/grant.ts';
import { canonicalHash } from '../offers/canonical.ts';

/** What an entry of the access log must bear as `hash`: over all its other members, the previous hash among them. */
export function logEntryHash(entry: Omit<LogEntry, 'hash'> | LogEntry): string {
  return canonicalHash(Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'hash')));
}
