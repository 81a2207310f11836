import { createHash, timingSafeEqual } from 'node:crypto';

/** A launch link works this long, once. */
const LAUNCH_MS = 5 * 60_000;
/** More tabs than anyone uses; the oldest session makes room. */
const MAX_SESSIONS = 64;
const MAX_LAUNCHES = 32;

export interface SessionPowers {
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  readonly randomBytes: (count: number) => Buffer;
  /** Milliseconds without use until a session ends; null: only a lock ends it. */
  readonly idleMs: () => number | null;
}

/** The owner's sessions and launch links. Only hashes of tokens are kept, in memory, and all end with the process. */
export interface Sessions {
  /** A new session's token: 256 bits, base64url. */
  grant(): string;
  /** Whether the token's session is in force; `use`: this request counts as use by the owner. */
  check(token: string, use: boolean): boolean;
  /** A new launch token. */
  launch(): string;
  /** True once per launch token, within five minutes. */
  redeem(token: string): boolean;
  /** Screen lock. Unused launch links end too: they were made for the screen that is now locked. */
  endAll(): void;
}

interface Kept {
  readonly hash: Buffer;
  at: number;
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** Compares with every kept hash, so that the time taken says nothing about any of them. */
function find(kept: readonly Kept[], token: string): Kept | undefined {
  const hash = hashOf(token);
  let found: Kept | undefined;
  for (const item of kept) if (timingSafeEqual(item.hash, hash)) found = item;
  return found;
}

export function createSessions({ now, randomBytes, idleMs }: SessionPowers): Sessions {
  let sessions: Kept[] = [];
  let launches: Kept[] = [];

  function keep(list: Kept[], most: number): string {
    const token = randomBytes(32).toString('base64url');
    list.push({ hash: hashOf(token), at: now() });
    if (list.length > most) {
      const oldest = list.reduce((left, right) => (right.at < left.at ? right : left));
      list.splice(list.indexOf(oldest), 1);
    }
    return token;
  }

  function dropOld(): void {
    const idle = idleMs();
    if (idle !== null) sessions = sessions.filter((session) => now() - session.at < idle);
    launches = launches.filter((launch) => now() - launch.at < LAUNCH_MS);
  }

  return {
    grant() {
      dropOld();
      return keep(sessions, MAX_SESSIONS);
    },
    check(token, use) {
      dropOld();
      const session = find(sessions, token);
      if (session === undefined) return false;
      if (use) session.at = now();
      return true;
    },
    launch() {
      dropOld();
      return keep(launches, MAX_LAUNCHES);
    },
    redeem(token) {
      dropOld();
      const launch = find(launches, token);
      if (launch === undefined) return false;
      launches = launches.filter((other) => other !== launch);
      return true;
    },
    endAll() {
      sessions = [];
      launches = [];
    },
  };
}
