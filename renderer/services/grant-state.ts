import type { GrantPage, GrantSummary, ServiceCard } from '../../protocol/owner/services.ts';

export type CardState = 'active' | 'paused' | 'withdrawn' | 'expired' | 'blocked' | 'none';

/** A contract that gives something, or will again when it is resumed. */
export function isLive({ state }: Pick<GrantSummary, 'state'>): boolean {
  return state === 'active' || state === 'paused';
}

/** One word for a service with any number of contracts: the most that any of them gives. */
export function stateOf({ blocked, grants }: Pick<ServiceCard, 'blocked' | 'grants'>): CardState {
  if (blocked) return 'blocked';
  for (const state of ['active', 'paused', 'withdrawn', 'expired'] as const) {
    if (grants.some((grant) => grant.state === state)) return state;
  }
  return 'none';
}

/** What is in force first, then the newest. */
export function inOrder(grants: readonly GrantPage[]): GrantPage[] {
  return [...grants].sort(
    (a, b) =>
      Number(isLive(b.summary)) - Number(isLive(a.summary)) ||
      Date.parse(b.summary.since) - Date.parse(a.summary.since),
  );
}
