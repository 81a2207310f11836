import type { Adapter } from 'oidc-provider';
import { errors } from './library.ts';

/** Proofs and assertions are short-lived, so this many are far more than honest services send in their time. */
const MAX_SEEN = 50_000;

const nothing = async (): Promise<undefined> => undefined;

/**
 * Sign-in sessions are never kept: each request is decided by the owner, in the locker, and a browser that was let in once
 * is let into nothing.
 */
export function noSessions(): Adapter {
  return {
    upsert: nothing,
    find: nothing,
    findByUid: nothing,
    findByUserCode: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  };
}

/**
 * What has been used once: proofs and client assertions, in memory, as their nonces end with the process. Asking for one
 * takes it, so that of two at the same time one is refused.
 *
 * @param now milliseconds
 */
export function replayMemory(now: () => number): Adapter {
  const seen = new Map<string, number>();

  function dropOld(): void {
    for (const [id, until] of seen) if (until <= now()) seen.delete(id);
  }

  return {
    ...noSessions(),
    async find(id) {
      const until = seen.get(id);
      if (until !== undefined && until > now()) return { jti: id, kind: 'ReplayDetection' };
      if (seen.size >= MAX_SEEN) dropOld();
      if (seen.size >= MAX_SEEN) throw new errors.InvalidRequest('too many requests', 429);
      // Until `upsert` says how long.
      seen.set(id, now() + 10 * 60_000);
      return undefined;
    },
    async upsert(id, _payload, expiresIn) {
      seen.set(id, now() + (expiresIn ?? 0) * 1000);
    },
  };
}
