import type { Readable, Writable } from 'node:stream';
import type { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { SHELL_LINE_MAX, ShellCommand, ShellStart, type CoreEvent } from '../../protocol/shell.ts';
import type { Keychain } from '../vault/index.ts';

/** The talk with the desktop shell: it starts this process, so its standard input and output are the shell's alone. */
export interface ShellChannel {
  readonly start: ShellStart;
  send(event: CoreEvent): void;
  /** Calls back for each later line; resolves when the shell is gone or asked to quit. */
  listen(onCommand: (command: 'link' | 'lock') => void): Promise<void>;
  /** The system's keychain as the shell holds it; undefined where none answers. */
  readonly keychain: Keychain | undefined;
}

async function* linesOf(input: Readable): AsyncGenerator<string> {
  let rest = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > SHELL_LINE_MAX) throw new LockerError('too_large');
    yield* parts;
  }
}

function parsed<S extends z.ZodType>(schema: S, line: string): z.output<S> {
  let document: unknown;
  try {
    document = JSON.parse(line);
  } catch {
    throw new LockerError('bad_request', { detail: 'shell' });
  }
  const result = schema.safeParse(document);
  if (!result.success) throw new LockerError('bad_request', { detail: 'shell' });
  return result.data;
}

function keychainOf(start: ShellStart, send: (event: CoreEvent) => void): Keychain | undefined {
  if (!start.keychainAvailable) return undefined;
  let value = start.keychain;
  return {
    read: async () => value,
    write: async (next) => {
      value = next;
      send({ event: 'keychain', value: next });
    },
  };
}

/** Waits for the shell's first line. Throws `bad_request` where it is none. */
export async function openShellChannel(input: Readable, output: Writable): Promise<ShellChannel> {
  const lines = linesOf(input);
  const first = await lines.next();
  if (first.done === true) throw new LockerError('bad_request', { detail: 'shell' });
  const start = parsed(ShellStart, first.value);
  const send = (event: CoreEvent): void => void output.write(`${JSON.stringify(event)}\n`);
  return {
    start,
    send,
    keychain: keychainOf(start, send),
    async listen(onCommand) {
      for await (const line of lines) {
        const { command } = parsed(ShellCommand, line);
        if (command === 'quit') return;
        onCommand(command);
      }
    },
  };
}
