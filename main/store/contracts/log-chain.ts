import { createHash } from 'node:crypto';
import type { LogEntry } from '../../../protocol/contract/grant.ts';

/**
 * SHA-256 of an entry of the access log, over its canonical JSON (RFC 8785) without `hash`. The members stand in the
 * order that the canonical form sorts them into; numbers are whole, so that nothing else differs from `JSON.stringify`.
 */
export function logHash(entry: Omit<LogEntry, 'hash'>): Buffer {
  const sorted: Omit<LogEntry, 'hash'> = {
    action: entry.action,
    at: entry.at,
    bytes: entry.bytes,
    clause_id: entry.clause_id,
    datatype: entry.datatype,
    fields: entry.fields,
    grant_id: entry.grant_id,
    number: entry.number,
    outcome: entry.outcome,
    previous: entry.previous,
    reason: entry.reason,
    revision: entry.revision,
    rows: entry.rows,
  };
  return createHash('sha256').update(JSON.stringify(sorted)).digest();
}
