/**
 * The keys of the locker: one random data key, wrapped for each way to unlock, in a key file beside the store.
 * Gives out keys while open, clears them when locked. The attempts of a guesser are limited by whoever calls it.
 * May touch: `locker.key` and `locker.epoch` in the data folder, a secret file by path, the injected keychain.
 */
export { openVault, type Unlock, type Vault, type VaultOptions } from './vault.ts';
export { KEY_FILE } from './key-store.ts';
export type { Keychain } from './keychain.ts';
