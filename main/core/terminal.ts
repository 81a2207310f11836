import { createLog, type Log } from './log.ts';
import { readVersion } from './version.ts';

/** What a command may do to the outside, besides its work. */
export interface Terminal {
  say(line: string): void;
  /** Replaces the line before, where there is a screen; an empty text clears it. */
  progress(text: string): void;
  readonly log: Log;
  readonly platform: NodeJS.Platform;
  readonly version: string;
  /** From now on a first Ctrl-C or SIGTERM is up to the caller: it resolves this. */
  stopped(): Promise<void>;
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    // Once each: a second Ctrl-C meets the system's own way of ending a program.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
  });
}

/** The process's own terminal. */
export function processTerminal(): Terminal {
  let stopped: Promise<void> | undefined;
  return {
    say: (line) => void process.stdout.write(`${line}\n`),
    progress: (text) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
    },
    log: createLog(
      (line) => void process.stderr.write(line),
      () => new Date(),
    ),
    platform: process.platform,
    version: readVersion(),
    stopped: () => (stopped ??= firstSignal()),
  };
}

/** Milliseconds after the work is done until the process ends for certain. */
const LINGER_MS = 500;

/** Sets the exit code. What still holds the process (a shell's open pipe, a browser's connection) has had its time. */
export function end(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
