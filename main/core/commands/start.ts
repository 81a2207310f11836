import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../browser.ts';
import type { Config } from '../config.ts';
import { ensureDataFolder } from '../data-folder.ts';
import { runOrFind } from '../hand-over.ts';
import type { Link } from '../instance-client.ts';
import type { Running } from '../running.ts';
import { loadSample, makePassphrase } from '../sample.ts';
import { programFiles } from '../program-files.ts';
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

/** Makes the sample's locker. @returns its passphrase */
async function makeSample({ locker }: Running): Promise<string> {
  const passphrase = makePassphrase();
  await locker.create(passphrase);
  const { store, rooms } = locker.opened();
  await loadSample(store, Date.now());
  await rooms.records.settle();
  return passphrase;
}

async function serve(config: Config, terminal: Terminal, folder: string): Promise<void> {
  const stopped = terminal.stopped();
  await ensureDataFolder(folder);
  const found = await runOrFind({
    folder,
    platform: terminal.platform,
    at: { port: config.port },
    services: config.services,
    keychain: undefined,
    sample: config.sample,
    files: programFiles(),
    version: terminal.version,
    log: terminal.log,
  });
  if (!('locker' in found)) {
    announce(found.link, config, terminal);
    return;
  }
  await using running = found;
  if (config.keyFile !== null) await running.locker.unlockBy({ keyFile: config.keyFile });
  const passphrase = config.sample ? await makeSample(running) : null;
  announce(running.link(), config, terminal);
  if (running.serviceProblem !== null) terminal.say(running.serviceProblem);
  if (passphrase !== null) terminal.say(`The sample’s passphrase: ${passphrase}`);
  await stopped;
}

/** `locker start` with a port: answers until it is told to stop, or hands over to the locker that already runs. */
export async function start(config: Config, terminal: Terminal): Promise<void> {
  if (config.dataFolder !== null) return serve(config, terminal, config.dataFolder);
  const throwAway = await mkdtemp(join(tmpdir(), 'data-locker-sample-'));
  try {
    await serve(config, terminal, throwAway);
  } finally {
    await rm(throwAway, { recursive: true, force: true });
  }
}
