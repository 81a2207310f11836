import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { LockerError } from '../../protocol/errors.ts';

/** Of piped input without a line's end so much is looked at: far more than a passphrase may have. */
const LOOKED_AT = 64 * 1024;

/** Reads a line from the terminal without showing it, or the first line of piped input. Throws `locked` where there is none. */
export async function readPassphrase(input: NodeJS.ReadStream, prompt: Writable): Promise<string> {
  const line = input.isTTY ? await typedLine(input, prompt) : await pipedLine(input);
  if (line === '') throw new LockerError('locked', { detail: 'no passphrase given' });
  return line;
}

async function pipedLine(input: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of input.setEncoding('utf8')) {
    text = (text + String(chunk)).replace(/^[\r\n]+/, '');
    if (text.length > LOOKED_AT || /[\r\n]/.test(text)) break;
  }
  return text.split(/[\r\n]/, 1)[0] ?? '';
}

async function typedLine(input: NodeJS.ReadStream, prompt: Writable): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  prompt.write('Passphrase: ');
  const lines = createInterface({ input, output: silent, terminal: true });
  // While the terminal shows nothing it also sends no signal: Ctrl-C arrives here.
  lines.on('SIGINT', () => lines.close());
  try {
    for await (const line of lines) {
      if (line !== '') return line;
    }
    return '';
  } finally {
    lines.close();
    prompt.write('\n');
  }
}
