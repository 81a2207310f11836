import { CoreEvent, type ShellCommand, type ShellStart } from '../../protocol/shell.ts';
import { parseLines } from './lines.ts';

/** The part of a child process that is used. */
export interface Child {
  readonly stdin: { write(text: string): unknown; end(): unknown };
  onOutput(listener: (chunk: string) => void): void;
  onExit(listener: (code: number | null) => void): void;
  kill(): void;
}

export interface CorePowers {
  spawn(): Child;
  setTimer(milliseconds: number, action: () => void): { cancel(): void };
}

/**
 * Why the core ended. quit: asked to; crashed: by itself; silent: never said it was open; garbled: said something that
 * is no event.
 */
export type CoreExit = 'quit' | 'crashed' | 'silent' | 'garbled';

export interface CoreProcess extends AsyncDisposable {
  send(command: ShellCommand): void;
  readonly ended: Promise<CoreExit>;
}

/** Milliseconds until the core must have said that it is open; a migration of a large locker may take its time. */
const START_DEADLINE = 120_000;
/** Milliseconds the core gets to drain before it is killed. */
const QUIT_DEADLINE = 10_000;

/**
 * Starts the core and keeps the one line of talk with it.
 *
 * @param start first line for the core: its socket token and what the keychain holds
 * @param onEvent called with each event of the core, already checked
 */
export function startCore(powers: CorePowers, start: ShellStart, onEvent: (event: CoreEvent) => void): CoreProcess {
  const child = powers.spawn();
  let reason: CoreExit = 'crashed';
  let over = false;
  const starting = powers.setTimer(START_DEADLINE, () => {
    reason = 'silent';
    child.kill();
  });
  const garbled = (): void => {
    reason = 'garbled';
    child.kill();
  };
  const take = (line: string): void => {
    let document: unknown;
    try {
      document = JSON.parse(line);
    } catch {
      garbled();
      return;
    }
    const event = CoreEvent.safeParse(document);
    if (!event.success) {
      garbled();
      return;
    }
    if (event.data.event !== 'keychain') starting.cancel();
    onEvent(event.data);
  };
  child.onOutput(parseLines(take, garbled));
  const ended = new Promise<CoreExit>((resolve) => {
    child.onExit(() => {
      over = true;
      starting.cancel();
      resolve(reason);
    });
  });
  child.stdin.write(`${JSON.stringify(start)}\n`);
  const send = (command: ShellCommand): void => {
    if (!over) child.stdin.write(`${JSON.stringify(command)}\n`);
  };
  return {
    send,
    ended,
    async [Symbol.asyncDispose](): Promise<void> {
      if (over) return;
      reason = 'quit';
      send({ command: 'quit' });
      child.stdin.end();
      const late = powers.setTimer(QUIT_DEADLINE, () => child.kill());
      await ended;
      late.cancel();
    },
  };
}
