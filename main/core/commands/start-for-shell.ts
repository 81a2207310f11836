import { LockerError } from '../../../protocol/errors.ts';
import { ensureDataFolder } from '../data-folder.ts';
import { runOrFind } from '../hand-over.ts';
import { openShellChannel, type ShellChannel } from '../shell-channel.ts';
import type { Locker } from '../locker.ts';
import { programFiles } from '../program-files.ts';
import type { ServicePlace } from '../service-listener.ts';
import type { Terminal } from '../terminal.ts';

/** Where the core of a window answers: the window's socket, and the port for services. */
export interface ShellPlaces {
  readonly socket: string;
  readonly services: ServicePlace | null;
}

/** Opens by the keychain where it holds something; otherwise the screens ask for the passphrase. */
async function openByKeychain(locker: Locker): Promise<void> {
  if (locker.state() !== 'vault-locked' || locker.problem() !== null) return;
  try {
    await locker.unlockBy({ keychain: true });
  } catch (error) {
    if (!(error instanceof LockerError)) throw error;
  }
}

async function serve(
  channel: ShellChannel,
  { socket, services }: ShellPlaces,
  terminal: Terminal,
  folder: string,
): Promise<void> {
  const stopped = terminal.stopped();
  await ensureDataFolder(folder);
  const found = await runOrFind({
    folder,
    platform: terminal.platform,
    at: { socket, token: channel.start.token },
    services,
    keychain: channel.keychain,
    onAsked: (asked) => channel.send({ event: 'asks', ...asked }),
    sample: false,
    files: programFiles(),
    version: terminal.version,
    log: terminal.log,
  });
  // A locker in the browser holds the folder: the window has nothing to show but that.
  if (!('locker' in found)) throw new LockerError('store_busy');
  await using running = found;
  if (channel.keychain !== undefined) await openByKeychain(running.locker);
  channel.send({ event: 'open', path: running.link().path });
  const told = channel.listen((command) => {
    if (command === 'link') channel.send({ event: 'open', path: running.link().path });
    else running.api.lockScreen();
  });
  await Promise.race([told, stopped]);
}

/** `locker start --socket`: answers the desktop shell, which starts this process and ends it. */
export async function startForShell(terminal: Terminal, places: ShellPlaces, folder: string): Promise<void> {
  const channel = await openShellChannel(process.stdin, process.stdout);
  try {
    await serve(channel, places, terminal, folder);
  } catch (error) {
    channel.send({ event: 'problem', code: error instanceof LockerError ? error.code : 'internal' });
    throw error;
  }
}
