import { LockerError } from '../../protocol/errors.ts';
import type { LockerState } from '../../protocol/owner/session.ts';
import type { LockerControl } from '../owner-api/index.ts';
import type { Unlock, Vault } from '../vault/index.ts';
import type { OpenLocker } from './open-locker.ts';

/** The locker's life: new → open ⇄ vault-locked. One change at a time. */
export interface Locker extends LockerControl, AsyncDisposable {
  /** What is open. Throws `locked`, `no_locker`, or the problem that keeps it shut. */
  opened(): OpenLocker;
  /** Opens by a secret file or the keychain. */
  unlockBy(secret: Unlock): Promise<void>;
  /** Makes a secret file that opens the locker. Throws `locked`. */
  makeKeyFile(path: string): Promise<void>;
}

export interface LockerOptions {
  readonly vault: Vault;
  /** Opens store and rooms; the vault is open. */
  readonly open: () => Promise<OpenLocker>;
  /** A new locker also opens by the system's keychain. */
  readonly useKeychain: boolean;
}

/** Finds out what is in the data folder. */
export async function createLocker({ vault, open, useKeychain }: LockerOptions): Promise<Locker> {
  let state: LockerState = 'new';
  let problem: string | null = null;
  let current: OpenLocker | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  try {
    state = await vault.state();
  } catch (error) {
    // Shown by the screens: the locker stays shut, and nothing is changed.
    state = 'vault-locked';
    problem = error instanceof LockerError ? error.code : 'internal';
  }

  async function openUp(): Promise<void> {
    if (current !== undefined) return;
    try {
      current = await open();
      problem = null;
      state = 'open';
    } catch (error) {
      vault.lock();
      state = 'vault-locked';
      problem = error instanceof LockerError ? error.code : 'internal';
      throw error;
    }
  }

  async function shut(): Promise<void> {
    const closing = current;
    current = undefined;
    if (state === 'open') state = 'vault-locked';
    await closing?.[Symbol.asyncDispose]();
    vault.lock();
  }

  return {
    state: () => state,
    problem: () => problem,
    opened() {
      if (current === undefined) throw new LockerError(state === 'new' ? 'no_locker' : 'locked');
      return current;
    },
    create: (passphrase) =>
      inTurn(async () => {
        const { recoveryCode } = await vault.create(passphrase);
        await openUp();
        if (useKeychain) await vault.useKeychain(true);
        return recoveryCode;
      }),
    unlock: (passphrase) =>
      inTurn(async () => {
        await vault.unlock({ passphrase });
        await openUp();
      }),
    unlockBy: (secret) =>
      inTurn(async () => {
        await vault.unlock(secret);
        await openUp();
      }),
    recover: (recoveryCode, passphrase) =>
      inTurn(async () => {
        await vault.recover(recoveryCode, passphrase);
        await openUp();
        return vault.newRecoveryCode(passphrase);
      }),
    changePassphrase: (old, next) => inTurn(() => vault.changePassphrase(old, next)),
    newRecoveryCode: (passphrase) => inTurn(() => vault.newRecoveryCode(passphrase)),
    makeKeyFile: (path) => inTurn(() => vault.makeKeyFile(path)),
    lock: () => inTurn(shut),
    [Symbol.asyncDispose]: () => inTurn(shut),
  };
}
