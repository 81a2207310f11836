import { readdirSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { signOffer } from '../contracts/index.ts';
import { CLAUSE, testService } from '../service-api/testing.ts';
import { makeNewer } from '../store/testing.ts';
import { openVault } from '../vault/index.ts';
import { restoreLocker } from './restore.ts';
import type { Running } from './running.ts';
import { locker, temporaryFolder } from './testing.ts';
import { runHere } from './testing/run-here.ts';

const PASSPHRASE = 'a long enough passphrase';
const faults: unknown[] = [];
let place: Awaited<ReturnType<typeof temporaryFolder>>;
/** The data folder. */
let folder: string;

beforeEach(async () => {
  place = await temporaryFolder();
  folder = join(place.path, 'locker');
  await mkdir(folder, { mode: 0o700 });
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
  expect(faults.splice(0)).toEqual([]);
});

/** Runs the locker for as long as the work takes. */
async function opened<T>(work: (running: Running) => Promise<T>, dataFolder = folder): Promise<T> {
  await using running = await runHere(dataFolder, null, faults);
  if (running.locker.state() === 'new') await running.locker.create(PASSPHRASE);
  else await running.locker.unlock(PASSPHRASE);
  return await work(running);
}

async function backup(running: Running): Promise<string> {
  const backups = join(folder, 'backups');
  await mkdir(backups, { recursive: true });
  await copyFile(join(folder, 'locker.key'), join(backups, 'locker.key'));
  return (await running.locker.opened().store.backup(backups)).file;
}

const note = (running: Running, value: string | null): Promise<void> =>
  running.locker.opened().store.write('settings.set', { key: 'note', value });
const noted = (running: Running): Promise<unknown> =>
  running.locker.opened().store.read('settings.get', { key: 'note' });

/** A closed locker that was backed up at "before" and says "after" since. */
async function backedUp(): Promise<string> {
  return opened(async (running) => {
    await note(running, 'before');
    const file = await backup(running);
    await note(running, 'after');
    return file;
  });
}

function restore(file: string, dataFolder = folder, passphrase = PASSPHRASE): ReturnType<typeof restoreLocker> {
  return restoreLocker({
    folder: dataFolder,
    backup: file,
    platform: process.platform,
    unlock: async () => ({ passphrase }),
  });
}

describe('restoreLocker', () => {
  it('puts a backup back, by path or by name, and keeps what was there', async () => {
    const file = await backedUp();
    const { replaced, keyFromBackup } = await restore(file);
    expect(keyFromBackup).toBe(false);
    expect(await opened(noted)).toBe('before');
    await rename(replaced ?? '', join(folder, 'locker.db'));
    expect(await opened(noted)).toBe('after');
    await restore(file.replace(/^.*[\\/]/, ''));
    expect(await opened(noted)).toBe('before');
  });

  it('lets no withdrawn contract live again: all are paused, with a warning', async () => {
    const { file, grant } = await opened(async (running) => {
      const control = running.locker.opened().rooms.services;
      const service = await testService(
        {
          issuer: running.issuer ?? '',
          known: () => {},
          async allow({ text }) {
            const [request] = (await control.accessRequests()).items;
            const number = Number(/>(\d\d)</.exec(text)?.[1]);
            await control.decideRequest(request?.id ?? '', { decision: 'allow', number, limits: [] });
          },
        },
        'local',
      );
      const { metadata, clientId } = service.client;
      const offer = await signOffer(
        {
          contract_version: '1',
          id: `${clientId}#contract`,
          version: 1,
          client_id: clientId,
          controller: { name: 'Newcomer', contact: 'hello@newcomer.example', jurisdiction: 'NL' },
          language: 'en',
          clauses: [CLAUSE],
        },
        { key: service.clientKey.privateKey, alg: 'EdDSA', kid: 'client' },
      );
      await control.addService({ file: JSON.stringify({ client: metadata, offer }) });
      const { grant_id: given } = await service.tokens();
      const made = await backup(running);
      await control.withdrawGrant(given);
      return { file: made, grant: given };
    });
    await restore(file);
    await opened(async (running) => {
      const [card, ...others] = (await running.locker.opened().rooms.services.services()).items;
      expect(others).toEqual([]);
      expect(card?.grants).toMatchObject([{ id: grant, state: 'paused' }]);
      expect(card?.warnings).toEqual([expect.stringContaining('An older copy of your locker')]);
    });
  });

  it('raises the counter above both, also of a folder that has none', async () => {
    const file = await backedUp();
    await rm(join(folder, 'locker.epoch'));
    await restore(file);
    await using vault = openVault({ dataFolder: folder });
    await vault.unlock({ passphrase: PASSPHRASE });
    const raised = (await vault.epoch().read()) ?? 0;
    expect(raised).toBeGreaterThan(1);
    await restore(file);
    expect(await vault.epoch().read()).toBe(raised + 1);
  });

  it('makes a locker of an empty folder, with the key file beside the backup', async () => {
    const file = await backedUp();
    const other = join(place.path, 'other');
    await mkdir(other);
    await expect(restore(file, other, 'not the passphrase')).rejects.toMatchObject({ code: 'wrong_passphrase' });
    expect(readdirSync(other)).toEqual([]);
    expect(await restore(file, other)).toEqual({ replaced: null, keyFromBackup: true });
    expect(await opened(noted, other)).toBe('before');
  });

  it('changes nothing where the passphrase is wrong or the backup is damaged, cut, newer, foreign or missing', async () => {
    const file = await backedUp();
    const whole = await readFile(file);
    const files = readdirSync(folder);
    const before = await readFile(join(folder, 'locker.db'));
    const refuses = async (code: string, passphrase = PASSPHRASE): Promise<void> => {
      await expect(restore(file, folder, passphrase)).rejects.toMatchObject({ code });
      expect(await readFile(join(folder, 'locker.db'))).toEqual(before);
      expect(readdirSync(folder)).toEqual(files);
    };
    await refuses('wrong_passphrase', 'not the passphrase');
    await using vault = openVault({ dataFolder: folder });
    await vault.unlock({ passphrase: PASSPHRASE });
    makeNewer(file, vault.key('store'));
    await refuses('store_newer');
    const flipped = Buffer.from(whole);
    flipped[whole.length - 9] = (flipped[whole.length - 9] ?? 0) ^ 4;
    await writeFile(file, flipped);
    await refuses('backup_damaged');
    await writeFile(file, whole.subarray(0, 4096 * 2));
    await refuses('backup_damaged');
    await writeFile(file, Buffer.alloc(whole.length, 7));
    await refuses('backup_damaged');
    await rm(file);
    await refuses('backup_missing');
    expect(await opened(noted)).toBe('after');
  });

  it('refuses while a locker runs on the folder, open or locked', async () => {
    const file = await backedUp();
    await opened(async (running) => {
      await expect(restore(file)).rejects.toMatchObject({ code: 'store_busy' });
      await running.locker.lock();
      await expect(restore(file)).rejects.toMatchObject({ code: 'store_busy' });
    });
  });
});

describe('locker restore', () => {
  it('lists the backups, and restores one', async () => {
    await using none = locker(['restore', '--data', folder]);
    expect(await none.ended).toBe(0);
    expect(none.output()).toMatch(/^There is no backup in /);
    const file = await backedUp();
    await using listed = locker(['restore', '--data', folder]);
    expect(await listed.ended).toBe(0);
    expect(listed.output()).toContain(file);
    expect(listed.output()).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC +\d+\.\d MB /m);
    await using wrong = locker(['restore', file, '--data', folder], 'not the passphrase\n');
    expect(await wrong.ended).toBe(1);
    expect(wrong.errors()).toContain('(wrong_passphrase)');
    await using done = locker(['restore', file, '--data', folder], `${PASSPHRASE}\n`);
    expect(await done.ended).toBe(0);
    expect(done.output()).toMatch(/^Restored/);
    expect(done.output()).toMatch(/locker\.db\.replaced-/);
    expect(await opened(noted)).toBe('before');
  });
});
