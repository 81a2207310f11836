import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KEY_FILE, openVault, type Keychain, type Vault, type VaultOptions } from './index.ts';

const COST = { memoryKib: 64, passes: 1, parallelism: 1 };
const PASSPHRASE = 'seven brown otters';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-vault-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function vault(options: Partial<VaultOptions> = {}): Vault {
  return openVault({ dataFolder: folder, cost: COST, ...options });
}

async function created(options: Partial<VaultOptions> = {}): Promise<{ key: Uint8Array; recoveryCode: string }> {
  await using made = vault(options);
  const { recoveryCode } = await made.create(PASSPHRASE);
  return { key: made.key('store'), recoveryCode };
}

function fakeKeychain(): Keychain & { value: string | null } {
  return {
    value: null,
    async read() {
      return this.value;
    },
    async write(value) {
      this.value = value;
    },
  };
}

describe('unlocking', () => {
  test('a new locker goes from new to open, and opens again by its passphrase with the same key', async () => {
    const first = vault();
    expect(await first.state()).toBe('new');
    await first.create(PASSPHRASE);
    expect(await first.state()).toBe('open');
    const key = first.key('store');
    expect(key).toHaveLength(32);
    expect(first.key('media')).not.toEqual(key);
    const second = vault();
    expect(await second.state()).toBe('vault-locked');
    await second.unlock({ passphrase: PASSPHRASE });
    expect(second.key('store')).toEqual(key);
  });

  test('a passphrase is the same however its accents were typed', async () => {
    await vault().create('Müller und Söhne');
    const second = vault();
    await second.unlock({ passphrase: 'Mu\u0308ller und So\u0308hne' });
    expect(await second.state()).toBe('open');
  });

  test('by the recovery code as a person types it', async () => {
    const { key, recoveryCode } = await created();
    const second = vault();
    await second.unlock({ recoveryCode: ` ${recoveryCode.toLowerCase().replaceAll('-', ' ')}` });
    expect(second.key('store')).toEqual(key);
  });

  test('by a secret file, readable by its owner only', async () => {
    const first = vault();
    await first.create(PASSPHRASE);
    const path = join(folder, 'elsewhere.secret');
    await first.makeKeyFile(path);
    if (process.platform !== 'win32') expect((await stat(path)).mode & 0o077).toBe(0);
    const second = vault();
    await second.unlock({ keyFile: path });
    expect(second.key('store')).toEqual(first.key('store'));
    await writeFile(
      path,
      (await readFile(path, 'utf8')).replace(/:(.)/, (_, first) => (first === 'A' ? ':B' : ':A')),
    );
    await expect(vault().unlock({ keyFile: path })).rejects.toMatchObject({ code: 'wrong_secret_file' });
    for (const none of [join(folder, 'none'), folder, ...(process.platform === 'win32' ? [] : ['/dev/zero'])]) {
      await expect(vault().unlock({ keyFile: none })).rejects.toMatchObject({ code: 'wrong_secret_file' });
    }
    const before = await readFile(path, 'utf8');
    await expect(first.makeKeyFile(path)).rejects.toMatchObject({ code: 'bad_arguments' });
    await expect(first.makeKeyFile(join(folder, 'none', 'x'))).rejects.toMatchObject({ code: 'bad_arguments' });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test('by the keychain, until the owner turns it off', async () => {
    const keychain = fakeKeychain();
    const first = vault({ keychain });
    await first.create(PASSPHRASE);
    await expect(vault({ keychain }).unlock({ keychain: true })).rejects.toMatchObject({ code: 'locked' });
    expect(await first.useKeychain(true)).toBe(true);
    const second = vault({ keychain });
    await second.unlock({ keychain: true });
    expect(second.key('store')).toEqual(first.key('store'));
    expect(await second.useKeychain(false)).toBe(false);
    await expect(vault({ keychain }).unlock({ keychain: true })).rejects.toMatchObject({ code: 'locked' });
  });

  test('a keychain that accepts and forgets is not relied on', async () => {
    const first = vault({ keychain: { read: async () => null, write: async () => {} } });
    await first.create(PASSPHRASE);
    expect(await first.useKeychain(true)).toBe(false);
  });

  test('a wrong secret opens nothing and changes nothing', async () => {
    await created();
    const before = await snapshot();
    const second = vault();
    await expect(second.unlock({ passphrase: 'seven brown otter' })).rejects.toMatchObject({
      code: 'wrong_passphrase',
    });
    await expect(second.unlock({ recoveryCode: '0000' })).rejects.toMatchObject({ code: 'wrong_recovery_code' });
    await expect(second.changePassphrase('wrong', 'nine brown otters')).rejects.toMatchObject({
      code: 'wrong_passphrase',
    });
    expect(await second.state()).toBe('vault-locked');
    expect(() => second.key('store')).toThrow(expect.objectContaining({ code: 'locked' }));
    expect(await snapshot()).toEqual(before);
  });
});

describe('changing', () => {
  test('a new passphrase rewraps the same key, the recovery code stays', async () => {
    const { key, recoveryCode } = await created();
    await vault().changePassphrase(PASSPHRASE, 'nine green herons');
    await expect(vault().unlock({ passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'wrong_passphrase' });
    const second = vault();
    await second.unlock({ passphrase: 'nine green herons' });
    expect(second.key('store')).toEqual(key);
    await vault().unlock({ recoveryCode });
  });

  test('a forgotten passphrase is replaced by the recovery code', async () => {
    const { key, recoveryCode } = await created();
    const second = vault();
    await second.recover(recoveryCode, 'nine green herons');
    expect(second.key('store')).toEqual(key);
    await vault().unlock({ passphrase: 'nine green herons' });
  });

  test('a new recovery code ends the old one', async () => {
    const { recoveryCode } = await created();
    const next = await vault().newRecoveryCode(PASSPHRASE);
    await expect(vault().unlock({ recoveryCode })).rejects.toMatchObject({ code: 'wrong_recovery_code' });
    await vault().unlock({ recoveryCode: next });
  });

  test('weak passphrases are refused before anything is written', async () => {
    await expect(vault().create('short')).rejects.toMatchObject({ code: 'weak_passphrase' });
    expect(await readdir(folder)).toEqual([]);
    await created();
    await expect(vault().changePassphrase(PASSPHRASE, '1234567890')).rejects.toMatchObject({ code: 'weak_passphrase' });
    await vault().unlock({ passphrase: PASSPHRASE });
  });

  test('no second locker is made over a first, nor over a store without its key file', async () => {
    await created();
    await expect(vault().create(PASSPHRASE)).rejects.toMatchObject({ code: 'locker_exists' });
    await rm(join(folder, KEY_FILE));
    await writeFile(join(folder, 'locker.db'), 'x');
    await expect(vault().create(PASSPHRASE)).rejects.toMatchObject({ code: 'store_keyfile_missing' });
    await expect(vault().state()).rejects.toMatchObject({ code: 'store_keyfile_missing' });
  });

  test('remembers that the store was made', async () => {
    const first = vault();
    await first.create(PASSPHRASE);
    expect(first.expectsStore).toBe(false);
    await first.storeMade();
    const second = vault();
    await second.unlock({ passphrase: PASSPHRASE });
    expect(second.expectsStore).toBe(true);
  });
});

describe('locking', () => {
  test('takes the keys away', async () => {
    const first = vault();
    await first.create(PASSPHRASE);
    first.lock();
    expect(await first.state()).toBe('vault-locked');
    expect(() => first.key('store')).toThrow(expect.objectContaining({ code: 'locked' }));
    await expect(first.makeKeyFile(join(folder, 'x'))).rejects.toMatchObject({ code: 'locked' });
  });

  test('wins over an unlocking under way', async () => {
    await created();
    const second = vault();
    const unlocking = second.unlock({ passphrase: PASSPHRASE });
    second.lock();
    await expect(unlocking).rejects.toMatchObject({ code: 'locked' });
    expect(await second.state()).toBe('vault-locked');
  });
});

describe('epoch', () => {
  test('only grows, in the keychain and beside the store', async () => {
    const keychain = fakeKeychain();
    const first = vault({ keychain });
    await first.create(PASSPHRASE);
    await first.useKeychain(true);
    expect(await first.epoch().read()).toBe(0);
    expect(await first.epoch().raise(3)).toBe(3);
    expect(await first.epoch().raise(2)).toBe(3);
    await rm(join(folder, 'locker.epoch'));
    const second = vault({ keychain });
    await second.unlock({ keychain: true });
    expect(await second.epoch().read()).toBe(3);
  });

  test('headless it is a file, of this locker only', async () => {
    const first = vault();
    await first.create(PASSPHRASE);
    expect(await first.epoch().read()).toBeUndefined();
    await first.epoch().raise(5);
    expect(await first.epoch().read()).toBe(5);
    await rm(join(folder, KEY_FILE));
    const other = vault();
    await other.create(PASSPHRASE);
    expect(await other.epoch().read()).toBeUndefined();
  });
});

async function snapshot(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'hex')] as const),
  );
  return Object.fromEntries(files);
}
