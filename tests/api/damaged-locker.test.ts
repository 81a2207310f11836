import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locker } from '../../main/core/testing.ts';
import { STORE_FILE } from '../../main/store/index.ts';
import { makeNewer } from '../../main/store/testing.ts';
import { openVault } from '../../main/vault/index.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { noteJson, PASSPHRASE, startLocker } from './driven-locker.ts';
import { expectMessage } from './message.ts';

const KEY_FILE = 'locker.key';
const NOTES = 200;
let base: string;
/** A sound locker that was closed. */
let sound: string;
let key: Uint8Array;
let ids: string[];
let copies = 0;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'locker-damaged-'));
  sound = join(base, 'sound');
  await using running = await startLocker(sound);
  const notes = Array.from({ length: NOTES }, (_, n) =>
    noteJson(`https://town.example/notes/${n}`, `number ${n} `.repeat(100)),
  );
  await running.importFile('notes.json', JSON.stringify(notes));
  ids = (await running.call(ROUTES.records, { query: { limit: '200' } })).items.map(({ id }) => id);
  expect(ids).toHaveLength(NOTES);
  expect(await running.stop()).toBe(0);
  await using vault = openVault({ dataFolder: sound });
  await vault.unlock({ passphrase: PASSPHRASE });
  key = vault.key('store');
});
afterAll(async () => {
  await rm(base, { recursive: true, force: true });
});

async function copyOfLocker(): Promise<string> {
  const folder = join(base, `copy${copies++}`);
  await cp(sound, folder, { recursive: true });
  return folder;
}

/** Name and content of every file. */
async function contents(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return files;
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

async function cut(file: string, bytes: number): Promise<void> {
  await truncate(file, bytes < 0 ? (await readFile(file)).length + bytes : bytes);
}

/** The key file as a later version would write it: undamaged, and of a form that this one doesn't know. */
async function makeKeyFileNewer(file: string): Promise<void> {
  const [line = ''] = (await readFile(file, 'utf8')).split('\n');
  const newer = JSON.stringify({ ...(JSON.parse(line) as object), version: 99, invention: true });
  await writeFile(file, `${newer}\n${createHash('sha256').update(newer).digest('hex')}\n`);
}

interface Damage {
  readonly name: string;
  readonly code: ErrorCode;
  readonly damage: (folder: string) => void | Promise<void>;
  /** The passphrase tried; the right one unless said otherwise. */
  readonly passphrase?: string;
}

const store = (folder: string): string => join(folder, STORE_FILE);
const keyFile = (folder: string): string => join(folder, KEY_FILE);

const DAMAGES: readonly Damage[] = [
  { name: 'a wrong passphrase', code: 'wrong_passphrase', damage: () => undefined, passphrase: 'eight small boats' },
  { name: 'a flipped bit in the store', code: 'store_damaged', damage: (folder) => flip(store(folder), 100) },
  { name: 'a flipped bit in the salt', code: 'store_damaged', damage: (folder) => flip(store(folder), 3) },
  { name: 'a store cut inside a page', code: 'store_truncated', damage: (folder) => cut(store(folder), -1000) },
  { name: 'a store cut by pages', code: 'store_truncated', damage: (folder) => cut(store(folder), 4096 * 5) },
  { name: 'an empty store', code: 'store_truncated', damage: (folder) => cut(store(folder), 0) },
  { name: 'no store', code: 'store_missing', damage: (folder) => rm(store(folder)) },
  { name: 'a newer store', code: 'store_newer', damage: (folder) => makeNewer(store(folder), key) },
  {
    name: 'a flipped bit in the key file',
    code: 'store_keyfile_damaged',
    damage: (folder) => flip(keyFile(folder), 80),
  },
  { name: 'a cut key file', code: 'store_keyfile_damaged', damage: (folder) => cut(keyFile(folder), -10) },
  { name: 'no key file', code: 'store_keyfile_missing', damage: (folder) => rm(keyFile(folder)) },
  { name: 'a newer key file', code: 'store_newer', damage: (folder) => makeKeyFileNewer(keyFile(folder)) },
];

describe.each(DAMAGES)('$name', ({ code, damage, passphrase = PASSPHRASE }) => {
  test(`is told as ${code} by the screens’ API and the command line, and no file is changed`, async () => {
    const folder = await copyOfLocker();
    await damage(folder);
    const before = await contents(folder);

    await using running = await startLocker(folder);
    await expect(running.unlock(passphrase)).rejects.toMatchObject({ code });
    const { state, problem } = await running.status();
    expect([state, problem]).toEqual(['vault-locked', code === 'wrong_passphrase' ? null : code]);
    expect(await running.stop()).toBe(0);
    expect(running.command.errors()).not.toMatch(/^\s+at |\.ts:\d+/m);
    expect(await contents(folder)).toEqual(before);

    await using command = locker(['import', sound, '--data', folder], `${passphrase}\n`);
    expect(await command.ended).toBe(1);
    expectMessage(command, code);
    expect(await contents(folder)).toEqual(before);
  });
});

test('damage met only while reading is told, and what is sound is still shown', { timeout: 120_000 }, async () => {
  const folder = await copyOfLocker();
  const { length } = await readFile(store(folder));
  const half = 4096 * Math.floor(length / 4096 / 2);
  for (let at = half; at < length; at += 4096 * 4) await flip(store(folder), at + 100);
  await using running = await startLocker(folder);
  await running.unlock();
  const seen = { sound: 0, damaged: 0 };
  for (const id of ids) {
    try {
      const { body } = await running.call(ROUTES.record, { params: { id } });
      expect(body['content']).toMatch(/^<p>(number \d+ ){100}<\/p>$/);
      seen.sound++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'store_damaged' });
      seen.damaged++;
    }
  }
  console.log(`half of the pages, every fourth damaged: ${JSON.stringify(seen)}`);
  expect(seen.sound).toBeGreaterThan(0);
  expect(seen.damaged).toBeGreaterThan(0);
  expect(await running.stop()).toBe(0);
});
