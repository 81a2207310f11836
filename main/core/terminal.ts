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
  /** Resolves at the first Ctrl-C or SIGTERM. */
  readonly stopped: Promise<void>;
}

/** The process's own terminal. A second Ctrl-C ends at once. */
export function processTerminal(): Terminal {
  const stopped = new Promise<void>((resolve) => {
    // Once each: a second Ctrl-C meets the system's own way of ending a program.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve());
  });
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
    stopped,
  };
}
