import { LockerError } from '../../../protocol/errors.ts';
import { openBrowser } from '../browser.ts';
import type { Config } from '../config.ts';
import { ensureDataFolder } from '../data-folder.ts';
import { readInstance, removeStale } from '../instance.ts';
import { askInstance, InstanceGone, Link, LINK_ROUTE } from '../instance-client.ts';
import { AlreadyRunning, run, type Running, type RunOptions } from '../running.ts';
import type { Terminal } from '../terminal.ts';

/** Rounds of taking over from a crashed locker or waiting for a closing one. */
const ROUNDS = 100;
const ROUND_MS = 150;

/** Runs on the folder, or gets the link of the locker that already does. */
export async function runOrHandOver(options: RunOptions): Promise<Running | Link> {
  for (let round = 0; round < ROUNDS; round++) {
    const other = await readInstance(options.folder);
    if (other !== null) {
      const link = await askForLink(other);
      if (link !== null) return link;
      await removeStale(options.folder, other);
    }
    try {
      return await run(options);
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
      // Either it has just won the race, or its file can't be read.
      if ((await readInstance(options.folder)) === null) await removeStale(options.folder, null);
    }
  }
  throw new LockerError('store_busy');
}

async function askForLink(other: Parameters<typeof askInstance>[0]): Promise<Link | null> {
  for (let round = 0; round < ROUNDS; round++) {
    try {
      return Link.parse(await askInstance(other, { method: 'POST', path: LINK_ROUTE }));
    } catch (error) {
      if (error instanceof InstanceGone) return null;
      if (!(error instanceof LockerError) || error.code !== 'shutting_down') throw error;
      await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
    }
  }
  throw new LockerError('store_busy');
}

function announce(link: Link, config: Config, terminal: Terminal): void {
  if (link.origin === null) {
    terminal.say('Data Locker is open in its window.');
    return;
  }
  const address = link.origin + link.path;
  terminal.say(`Data Locker is open at ${address}`);
  if (config.open) openBrowser(address, terminal.platform);
}

/** `locker start` with a port: answers until it is told to stop. */
export async function start(config: Config, terminal: Terminal, folder: string): Promise<void> {
  await ensureDataFolder(folder);
  const result = await runOrHandOver({
    folder,
    platform: terminal.platform,
    at: { port: config.port },
    keychain: undefined,
    sample: config.sample,
    version: terminal.version,
    log: terminal.log,
  });
  if (!('locker' in result)) {
    announce(result, config, terminal);
    return;
  }
  await using running = result;
  if (config.keyFile !== null) await running.locker.unlockBy({ keyFile: config.keyFile });
  announce(running.link(), config, terminal);
  await terminal.stopped;
}
