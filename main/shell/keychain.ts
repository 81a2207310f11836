/** The part of `@napi-rs/keyring`'s Entry that is used. */
export interface Keyring {
  getPassword(): string | null;
  setPassword(password: string): void;
  deletePassword(): boolean;
}

/**
 * What the core kept in the operating system's keychain.
 *
 * @returns `available: false` where no real keychain answers (then the passphrase is asked for)
 */
export function readKeychain(open: () => Keyring): { available: boolean; value: string | null } {
  try {
    return { available: true, value: open().getPassword() };
  } catch {
    return { available: false, value: null };
  }
}

/**
 * Keeps a value in the keychain, or removes it with null.
 *
 * @returns whether the keychain took it
 */
export function writeKeychain(open: () => Keyring, value: string | null): boolean {
  try {
    if (value === null) open().deletePassword();
    else open().setPassword(value);
    return true;
  } catch {
    return false;
  }
}
