import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { LockerError } from '../../protocol/errors.ts';

/** Reads a line from the terminal without showing it, or the first line of piped input. Throws `locked` where there is none. */
export async function readPassphrase(input: NodeJS.ReadStream, prompt: Writable): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const shown = input.isTTY;
  if (shown) prompt.write('Passphrase: ');
  const lines = createInterface({ input, output: silent, terminal: shown });
  // While the terminal shows nothing it also sends no signal: Ctrl-C arrives here.
  lines.on('SIGINT', () => lines.close());
  try {
    for await (const line of lines) {
      if (line !== '') return line;
    }
    throw new LockerError('locked', { detail: 'no passphrase given' });
  } finally {
    lines.close();
    if (shown) prompt.write('\n');
  }
}
