import { LockerError } from '../../protocol/errors.ts';

/** Lines for whoever runs the locker: codes and places in the program, never content, names or addresses. */
export interface Log {
  note(code: string): void;
  fault(error: unknown): void;
}

/** Frames of the program's own code, shortened to file and line. */
function framesOf(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const places = frames.map((line) => /([\w.-]+\/[\w.-]+\.[tj]s:\d+)/.exec(line)?.[1] ?? '');
  return places
    .filter((place) => place !== '')
    .slice(0, 6)
    .join(' < ');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  // The message of a foreign error may quote what it was working on.
  const name =
    error instanceof LockerError
      ? `${error.code}${error.detail === undefined ? '' : ` (${error.detail})`}`
      : error.name;
  const code =
    'code' in error && typeof error.code === 'string' && !(error instanceof LockerError) ? ` ${error.code}` : '';
  const cause = error.cause === undefined ? '' : `; caused by ${describe(error.cause)}`;
  return `${name}${code} at ${framesOf(error)}${cause}`;
}

export function createLog(write: (line: string) => void, now: () => Date): Log {
  const line = (text: string): void => write(`${now().toISOString()} ${text}\n`);
  return { note: line, fault: (error) => line(`fault ${describe(error)}`) };
}
