import { ROUTES } from '../../protocol/owner/routes.ts';
import type { Status } from '../../protocol/owner/session.ts';
import { createClient, type Client } from '../api/client.ts';
import { sayError } from '../api/problem.ts';

export type Phase = 'starting' | 'unreachable' | 'new' | 'locked' | 'open';

export interface SessionPowers {
  readonly fetch: typeof globalThis.fetch;
  /** The tab's own storage: the token ends with the tab. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** The address bar: a launch link leaves its token in the fragment. */
  readonly address: { readonly hash: () => string; readonly clear: () => void };
}

const TOKEN_KEY = 'locker.token';
const LAUNCH = /^#launch=([A-Za-z0-9_-]{20,200})$/;

/** Who is at the screen: no locker yet, locked, or open with a session token of this tab. */
export class Session {
  phase = $state<Phase>('starting');
  status = $state.raw<Status | null>(null);
  /** Why the last attempt to get in failed, as a sentence. */
  problem = $state<string | null>(null);
  /** Shown once, then dropped. */
  recoveryCode = $state<string | null>(null);
  readonly client: Client;
  readonly #powers: SessionPowers;

  constructor(powers: SessionPowers) {
    this.#powers = powers;
    this.client = createClient({
      fetch: powers.fetch,
      token: () => powers.storage.getItem(TOKEN_KEY),
      onUnauthenticated: () => this.#forget(),
    });
  }

  async start(): Promise<void> {
    const launch = LAUNCH.exec(this.#powers.address.hash())?.[1];
    if (launch !== undefined) this.#powers.address.clear();
    try {
      this.status = await this.client.call(ROUTES.status, {});
    } catch (error) {
      this.problem = sayError(error);
      this.phase = 'unreachable';
      return;
    }
    // The link's session is also what allows making the locker, and it is there after a reload.
    if (launch !== undefined) await this.#attempt({ launch });
    if (this.status.state === 'vault-locked') this.phase = 'locked';
    else if (this.status.state === 'new') this.phase = 'new';
    else this.phase = this.#powers.storage.getItem(TOKEN_KEY) === null ? 'locked' : 'open';
  }

  async create(passphrase: string): Promise<void> {
    const created = await this.client.call(ROUTES.createLocker, { body: { passphrase } });
    this.#powers.storage.setItem(TOKEN_KEY, created.token);
    this.recoveryCode = created.recoveryCode;
  }

  /** False when the passphrase does not open the locker; `problem` says why. */
  async unlock(passphrase: string): Promise<boolean> {
    return this.#attempt({ passphrase });
  }

  async recover(recoveryCode: string, passphrase: string): Promise<boolean> {
    this.problem = null;
    try {
      const created = await this.client.call(ROUTES.recover, { body: { recoveryCode, passphrase } });
      this.#powers.storage.setItem(TOKEN_KEY, created.token);
      this.recoveryCode = created.recoveryCode;
      return true;
    } catch (error) {
      this.problem = sayError(error);
      return false;
    }
  }

  /** The recovery code was kept: on to the screens. */
  enter(): void {
    this.recoveryCode = null;
    this.phase = 'open';
  }

  async lock(what: 'screen' | 'vault'): Promise<void> {
    await this.client.call(ROUTES.lock, { body: { what } }).catch(() => undefined);
    this.#forget();
  }

  async #attempt(secret: { passphrase: string } | { launch: string }): Promise<boolean> {
    this.problem = null;
    try {
      const granted = await this.client.call(ROUTES.openSession, { body: secret });
      this.#powers.storage.setItem(TOKEN_KEY, granted.token);
      this.phase = 'open';
      return true;
    } catch (error) {
      this.problem = sayError(error);
      return false;
    }
  }

  #forget(): void {
    this.#powers.storage.removeItem(TOKEN_KEY);
    if (this.phase !== 'new') this.phase = 'locked';
  }
}
