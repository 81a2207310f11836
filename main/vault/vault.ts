import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { LockerError, type ErrorCode } from '../../protocol/errors.ts';
import type { LockerState } from '../../protocol/owner/session.ts';
import { createEpoch, type Epoch } from './epoch.ts';
import { requireSealed, slotContext, type KeyFile, type KeySlots } from './key-file.ts';
import { createKeyStore } from './key-store.ts';
import { keepEntry, readEntry, type Keychain } from './keychain.ts';
import { requireStrong } from './passphrase-strength.ts';
import { newRecoveryCode, readRecoveryCode } from './recovery-code.ts';
import { makeSecretFile, readSecretFile } from './secret-file.ts';
import { ARGON2_COST, derivedKey, KEY_BYTES, passphraseKey, unwrapKey, wrapKey, type Argon2Cost } from './wrap.ts';

/** What a key is for; keys of different purposes tell nothing about each other. */
export type KeyPurpose = 'store' | 'media' | 'links' | 'receipts';

/** One way to unlock. `keyFile` is the path of a secret file made by `makeKeyFile` (or a systemd credential). */
export type Unlock =
  | { readonly passphrase: string }
  | { readonly recoveryCode: string }
  | { readonly keyFile: string }
  | { readonly keychain: true };

export interface Vault extends AsyncDisposable {
  /** Throws `store_keyfile_damaged`, `store_keyfile_missing` or `store_newer`. */
  state(): Promise<LockerState>;
  /** Makes a new locker and leaves it open. The recovery code is given this once. Throws `locker_exists`, `weak_passphrase`. */
  create(passphrase: string): Promise<{ readonly recoveryCode: string }>;
  /**
   * Opens the locker; on one that is open already, checks the secret all the same.
   * Throws `wrong_passphrase`, `wrong_recovery_code`, `wrong_secret_file`, or `locked` where the keychain holds nothing.
   */
  unlock(secret: Unlock): Promise<void>;
  changePassphrase(current: string, next: string): Promise<void>;
  /** Sets a new passphrase with the recovery code, which stays valid, and leaves the locker open. */
  recover(recoveryCode: string, next: string): Promise<void>;
  /** Replaces the recovery code; the old one opens nothing any more. */
  newRecoveryCode(passphrase: string): Promise<string>;
  /** Whether the locker opens without a passphrase on this computer. False where no real keychain answers. */
  useKeychain(use: boolean): Promise<boolean>;
  /** Makes a secret file that opens the locker (headless); replaces the one before. Throws where the path is taken. */
  makeKeyFile(path: string): Promise<void>;
  /** A copy of a key, 32 bytes, which the caller clears. Throws `locked`. */
  key(purpose: KeyPurpose): Uint8Array;
  /** False until `storeMade()`: only then may a missing store file be made. Throws `locked`. */
  readonly expectsStore: boolean;
  /** To be called once the store has been made. */
  storeMade(): Promise<void>;
  /** The counter that tells an old copy of the store. Throws `locked`. */
  epoch(): Epoch;
  /** Clears the keys. */
  lock(): void;
}

export interface VaultOptions {
  readonly dataFolder: string;
  /** The store's file: where there is one without a key file, no new locker is made. Default `locker.db` in the folder. */
  readonly storeFile?: string;
  readonly keychain?: Keychain | undefined;
  /** Cost of guessing a passphrase; tests take a low one. */
  readonly cost?: Argon2Cost;
}

interface Opened {
  readonly dataKey: Buffer;
  readonly slots: KeySlots;
}

/** Opens nothing yet: the vault of a data folder. */
export function openVault(options: VaultOptions): Vault {
  const { dataFolder, keychain, cost = ARGON2_COST } = options;
  const files = createKeyStore(dataFolder, options.storeFile ?? join(dataFolder, 'locker.db'));
  let opened: Opened | undefined;
  let last: Promise<unknown> = Promise.resolve();
  /** Counts `lock()`, so that an unlocking under way doesn't undo it. */
  let locks = 0;

  /** One at a time: argon2 takes much memory, and two changes must not overwrite each other. */
  function inTurn<T>(work: (lockedBefore: number) => Promise<T>): Promise<T> {
    const lockedBefore = locks;
    const turn = last.then(() => work(lockedBefore));
    last = turn.catch(() => undefined);
    return turn;
  }

  function open(): Opened {
    if (opened === undefined) throw new LockerError('locked');
    return opened;
  }

  async function existing(): Promise<KeyFile> {
    const file = await files.read();
    if (file === undefined) throw new LockerError('no_locker');
    return file;
  }

  function become(next: Opened, lockedBefore: number): void {
    if (lockedBefore !== locks) {
      next.dataKey.fill(0);
      throw new LockerError('locked');
    }
    if (opened !== undefined && opened.dataKey !== next.dataKey) opened.dataKey.fill(0);
    opened = next;
  }

  async function save(slots: KeySlots, dataKey: Buffer, lockedBefore: number): Promise<void> {
    // Locking clears the data key in place: what was wrapped since would be lost for good.
    if (lockedBefore !== locks) throw new LockerError('locked');
    await files.write(slots, dataKey);
    become({ dataKey, slots }, lockedBefore);
  }

  /** The data key by one of the ways, with the file checked against it. */
  async function openBy(file: KeyFile, secret: Unlock): Promise<Buffer> {
    const dataKey = await unwrapBy(file.slots, secret, keychain);
    try {
      requireSealed(file, dataKey);
    } catch (error) {
      dataKey.fill(0);
      throw error;
    }
    return dataKey;
  }

  return {
    async state() {
      if (opened !== undefined) return 'open';
      return (await files.read()) === undefined ? 'new' : 'vault-locked';
    },
    create: (passphrase) =>
      inTurn(async (lockedBefore) => {
        if ((await files.read()) !== undefined) throw new LockerError('locker_exists');
        requireStrong(passphrase);
        const dataKey = randomBytes(KEY_BYTES);
        const id = randomBytes(16).toString('hex');
        const recoveryCode = newRecoveryCode();
        const slots: KeySlots = {
          id,
          storeMade: false,
          passphrase: await passphraseSlot(id, dataKey, passphrase, cost),
          recovery: recoverySlot(id, dataKey, recoveryCode),
          keychain: null,
          secretFile: null,
        };
        await save(slots, dataKey, lockedBefore);
        return { recoveryCode };
      }),
    unlock: (secret) =>
      inTurn(async (lockedBefore) => {
        const file = await existing();
        become({ dataKey: await openBy(file, secret), slots: file.slots }, lockedBefore);
      }),
    changePassphrase: (current, next) =>
      inTurn(async (lockedBefore) => {
        const file = await existing();
        requireStrong(next);
        const dataKey = await openBy(file, { passphrase: current });
        const passphrase = await passphraseSlot(file.slots.id, dataKey, next, cost);
        await save({ ...file.slots, passphrase }, dataKey, lockedBefore);
      }),
    recover: (recoveryCode, next) =>
      inTurn(async (lockedBefore) => {
        const file = await existing();
        requireStrong(next);
        const dataKey = await openBy(file, { recoveryCode });
        const passphrase = await passphraseSlot(file.slots.id, dataKey, next, cost);
        await save({ ...file.slots, passphrase }, dataKey, lockedBefore);
      }),
    newRecoveryCode: (passphrase) =>
      inTurn(async (lockedBefore) => {
        const file = await existing();
        const dataKey = await openBy(file, { passphrase });
        const recoveryCode = newRecoveryCode();
        await save(
          { ...file.slots, recovery: recoverySlot(file.slots.id, dataKey, recoveryCode) },
          dataKey,
          lockedBefore,
        );
        return recoveryCode;
      }),
    useKeychain: (use) =>
      inTurn(async (lockedBefore) => {
        const { dataKey, slots } = open();
        const epoch = (await createEpoch(dataFolder, keychain, slots.id).read()) ?? 0;
        const secret = use ? randomBytes(KEY_BYTES) : null;
        const kept = await keepEntry(keychain, { id: slots.id, secret: secret?.toString('base64') ?? null, epoch });
        const wrapped = secret !== null && kept ? wrapKey(dataKey, secret, slotContext(slots, 'keychain')) : null;
        secret?.fill(0);
        await save({ ...slots, keychain: wrapped }, dataKey, lockedBefore);
        return wrapped !== null;
      }),
    makeKeyFile: (path) =>
      inTurn(async (lockedBefore) => {
        const { dataKey, slots } = open();
        const secret = await makeSecretFile(path);
        const secretFile = wrapKey(dataKey, secret, slotContext(slots, 'secretFile'));
        secret.fill(0);
        await save({ ...slots, secretFile }, dataKey, lockedBefore);
      }),
    key: (purpose) => derivedKey(open().dataKey, purpose),
    get expectsStore() {
      return open().slots.storeMade;
    },
    storeMade: () =>
      inTurn(async (lockedBefore) => {
        const { dataKey, slots } = open();
        if (!slots.storeMade) await save({ ...slots, storeMade: true }, dataKey, lockedBefore);
      }),
    epoch: () => createEpoch(dataFolder, keychain, open().slots.id),
    lock() {
      locks++;
      opened?.dataKey.fill(0);
      opened = undefined;
    },
    async [Symbol.asyncDispose]() {
      await last;
      this.lock();
    },
  };
}

async function passphraseSlot(
  id: string,
  dataKey: Uint8Array,
  passphrase: string,
  cost: Argon2Cost,
): Promise<KeySlots['passphrase']> {
  const kdf = { name: 'argon2id', ...cost, salt: randomBytes(16).toString('base64') } as const;
  const by = await passphraseKey(passphrase, kdf);
  const key = wrapKey(dataKey, by, slotContext({ id }, 'passphrase', kdf));
  by.fill(0);
  return { kdf, key };
}

function recoverySlot(id: string, dataKey: Uint8Array, code: string): KeySlots['recovery'] {
  const secret = readRecoveryCode(code);
  if (secret === undefined) throw new LockerError('internal');
  const by = derivedKey(secret, 'recovery');
  const wrapped = wrapKey(dataKey, by, slotContext({ id }, 'recovery'));
  secret.fill(0);
  by.fill(0);
  return wrapped;
}

async function unwrapBy(slots: KeySlots, secret: Unlock, keychain: Keychain | undefined): Promise<Buffer> {
  if ('passphrase' in secret) {
    const { kdf, key } = slots.passphrase;
    const by = await passphraseKey(secret.passphrase, kdf);
    return unwrapOrThrow(key, by, slotContext(slots, 'passphrase', kdf), 'wrong_passphrase');
  }
  if ('recoveryCode' in secret) {
    const typed = readRecoveryCode(secret.recoveryCode);
    if (typed === undefined) throw new LockerError('wrong_recovery_code', { detail: 'mistyped' });
    const by = derivedKey(typed, 'recovery');
    typed.fill(0);
    return unwrapOrThrow(slots.recovery, by, slotContext(slots, 'recovery'), 'wrong_recovery_code');
  }
  if ('keyFile' in secret) {
    const by = await readSecretFile(secret.keyFile);
    return unwrapOrThrow(slots.secretFile, by, slotContext(slots, 'secretFile'), 'wrong_secret_file');
  }
  const entry = await readEntry(keychain, slots.id);
  if (entry === undefined || entry.secret === null) throw new LockerError('locked');
  const by = Buffer.from(entry.secret, 'base64');
  return unwrapOrThrow(slots.keychain, by, slotContext(slots, 'keychain'), 'locked');
}

/** Clears `by` in any case. */
function unwrapOrThrow(wrapped: KeySlots['recovery'] | null, by: Buffer, context: string, code: ErrorCode): Buffer {
  const key = wrapped === null || by.length !== KEY_BYTES ? undefined : unwrapKey(wrapped, by, context);
  by.fill(0);
  if (key === undefined) throw new LockerError(code);
  return key;
}
