import { ROUTES } from '../../../protocol/owner/routes.ts';
import type { Config } from '../config.ts';
import { EXIT_CODES } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { withClient } from '../with-client.ts';

/**
 * `locker feed verify FEEDID`: works a kept feed out again.
 *
 * @returns the exit code
 */
export async function feedVerify(config: Config, terminal: Terminal, folder: string, id: string): Promise<number> {
  return withClient(config, terminal, folder, async (client) => {
    const { verdict, changed } = await client.call(ROUTES.feedVerify, { params: { id } });
    switch (verdict) {
      case 'same':
        terminal.say('Same: worked out again, the feed has the same bytes.');
        return EXIT_CODES.done.code;
      case 'differs':
        terminal.say('Differs: from the same posts the feed came out otherwise.');
        return EXIT_CODES.failed.code;
      case 'inputs-changed':
        terminal.say(`Cannot be compared: ${changed.length} of its records changed since: ${changed.join(' ')}`);
        return EXIT_CODES.incomparable.code;
    }
  });
}
