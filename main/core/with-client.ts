import { LockerError } from '../../protocol/errors.ts';
import type { Config } from './config.ts';
import { ensureDataFolder } from './data-folder.ts';
import { runOrFind } from './hand-over.ts';
import { openClient, type OwnerClient } from './owner-client.ts';
import { readPassphrase } from './passphrase.ts';
import type { Running } from './running.ts';
import { programFiles } from './program-files.ts';
import type { Terminal } from './terminal.ts';

async function passphraseOf(): Promise<string> {
  return readPassphrase(process.stdin, process.stderr);
}

/** Work on an open locker: by the one that runs on the folder, or by opening it for as long as the work takes. */
export async function withClient<T>(
  config: Config,
  terminal: Terminal,
  folder: string,
  work: (client: OwnerClient) => Promise<T>,
): Promise<T> {
  const found = await find(config, terminal, folder);
  if (!('locker' in found)) return await work(await openClient(found.instance, passphraseOf));
  await using running = found;
  return await work(await openClient(running.instance, passphraseOf));
}

/** As {@link withClient}, for what only a locker that isn't open elsewhere allows. Throws `store_busy` otherwise. */
export async function withLocker<T>(
  config: Config,
  terminal: Terminal,
  folder: string,
  work: (locker: Running['locker']) => Promise<T>,
): Promise<T> {
  const found = await find(config, terminal, folder);
  if (!('locker' in found)) throw new LockerError('store_busy', { detail: 'close it first' });
  await using running = found;
  if (running.locker.state() !== 'open') await running.locker.unlock(await passphraseOf());
  return await work(running.locker);
}

async function find(config: Config, terminal: Terminal, folder: string): ReturnType<typeof runOrFind> {
  await ensureDataFolder(folder);
  const found = await runOrFind({
    folder,
    platform: terminal.platform,
    at: null,
    services: null,
    keychain: undefined,
    sample: false,
    files: programFiles(),
    version: terminal.version,
    log: terminal.log,
  });
  if (!('locker' in found)) return found;
  try {
    if (found.locker.state() === 'new') throw new LockerError('no_locker', { detail: 'make one with: locker start' });
    if (config.keyFile !== null) await found.locker.unlockBy({ keyFile: config.keyFile });
    return found;
  } catch (error) {
    await found[Symbol.asyncDispose]();
    throw error;
  }
}
