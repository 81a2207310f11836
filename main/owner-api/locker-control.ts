import type { LockerState } from '../../protocol/owner/session.ts';
import type { Settings, System } from '../../protocol/owner/settings.ts';

/** The locker as its owner's routes drive it; the core implements it over vault, store and rooms. */
export interface LockerControl {
  state(): LockerState;
  /** A code of the error table where the locker can't be opened. */
  problem(): string | null;
  /** Makes the locker and opens it. Throws `locker_exists`, `weak_passphrase`. @returns the recovery code */
  create(passphrase: string): Promise<string>;
  /** Opens a locked vault; on an open one it only checks the passphrase. Throws `wrong_passphrase`, `no_locker`. */
  unlock(passphrase: string): Promise<void>;
  /** Opens by the recovery code and sets a new passphrase. Throws `wrong_recovery_code`. @returns a new recovery code */
  recover(recoveryCode: string, passphrase: string): Promise<string>;
  changePassphrase(current: string, next: string): Promise<void>;
  newRecoveryCode(passphrase: string): Promise<string>;
  /** Vault lock: stops the rooms, closes the store, clears the keys. */
  lock(): Promise<void>;
}

/** The owner's settings. `get` also works while the vault is locked and then gives the defaults. */
export interface SettingsKeeper {
  get(): Promise<Settings>;
  save(settings: Settings): Promise<Settings>;
}

export interface SystemReporter {
  system(): Promise<System>;
}
