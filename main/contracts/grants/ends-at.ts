import type { KeptGrant } from '../../store/index.ts';

/**
 * When a contract is over by the clock, UTC milliseconds: with its last clause, and with the grace of a version that was
 * replaced and not accepted. Null: no end is set.
 */
export function endsAt({ clauses, graceUntil }: Pick<KeptGrant, 'clauses' | 'graceUntil'>): number | null {
  const untils = clauses.map(({ validity }) => (validity.until === undefined ? Infinity : Date.parse(validity.until)));
  const last = untils.length === 0 ? Infinity : Math.max(...untils);
  const end = Math.min(last, graceUntil ?? Infinity);
  return end === Infinity ? null : end;
}

/** True once a contract may no longer be used, also before its expiry is written down. */
export function isOver(grant: KeptGrant, now: number): boolean {
  const end = endsAt(grant);
  return grant.ended !== null || (end !== null && end <= now);
}
