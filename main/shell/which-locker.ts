import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

/** The locker that the window is for. */
export interface WhichLocker {
  /** Options for the core. */
  readonly options: readonly string[];
  /**
   * Tells lockers in folders of their own apart, where the window's profile and the keychain are concerned: each is a single
   * instance, with its own key. Null: the one in the usual place.
   */
  readonly name: string | null;
}

/**
 * Reads the one option of the core that means something on the desktop, `--data DIR` or `--data=DIR`. What else is on the
 * command line is Electron's.
 *
 * @param cwd what a relative folder is relative to
 */
export function whichLocker(args: readonly string[], cwd: string): WhichLocker {
  const folder = dataFolder(args);
  if (folder === undefined || folder === '') return { options: [], name: null };
  const path = resolve(cwd, folder);
  return { options: ['--data', path], name: createHash('sha256').update(path).digest('hex').slice(0, 16) };
}

function dataFolder(args: readonly string[]): string | undefined {
  const at = args.findLastIndex((argument) => argument === '--data' || argument.startsWith('--data='));
  const found = args[at];
  if (found === undefined) return undefined;
  return found === '--data' ? args[at + 1] : found.slice('--data='.length);
}
