import type { Config } from '../config.ts';
import type { Terminal } from '../terminal.ts';
import { withLocker } from '../with-client.ts';

/** `locker key-file FILE`: makes a secret file that opens the locker where nobody can type a passphrase. */
export async function makeKeyFile(config: Config, terminal: Terminal, folder: string, file: string): Promise<void> {
  await withLocker(config, terminal, folder, (locker) => locker.makeKeyFile(file));
  terminal.say('Made. Whoever has this file and the locker can open it: keep them on different disks.');
}
