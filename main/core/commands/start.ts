import { openBrowser } from '../browser.ts';
import type { Config } from '../config.ts';
import { ensureDataFolder } from '../data-folder.ts';
import { runOrFind } from '../hand-over.ts';
import type { Link } from '../instance-client.ts';
import type { Terminal } from '../terminal.ts';

function announce({ origin, path }: Link, config: Config, terminal: Terminal): void {
  if (origin === null) {
    terminal.say('Data Locker is open in its window.');
    return;
  }
  const address = origin + path;
  terminal.say(`Data Locker is open at ${address}`);
  if (config.open) openBrowser(address, terminal.platform);
}

/** `locker start` with a port: answers until it is told to stop, or hands over to the locker that already runs. */
export async function start(config: Config, terminal: Terminal, folder: string): Promise<void> {
  await ensureDataFolder(folder);
  const found = await runOrFind({
    folder,
    platform: terminal.platform,
    at: { port: config.port },
    keychain: undefined,
    sample: config.sample,
    version: terminal.version,
    log: terminal.log,
  });
  if (!('locker' in found)) {
    announce(found.link, config, terminal);
    return;
  }
  await using running = found;
  if (config.keyFile !== null) await running.locker.unlockBy({ keyFile: config.keyFile });
  announce(running.link(), config, terminal);
  await terminal.stopped;
}
