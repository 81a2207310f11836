import { LockerError } from '../../protocol/errors.ts';
import { codeOf } from './failures.ts';
import { Sqlite } from './sqlite.ts';

/** How long a program that is just closing may take to let go. */
const WAIT_MS = 500;

/**
 * Makes sure that one process alone has a writer. The lock is the operating system's, on a file of its own, through the
 * driver's portable file locks: it ends with the process however that ends, so there is no stale lock to judge.
 *
 * @returns a function that lets go
 * @throws LockerError `store_busy`
 */
export function lockStore(file: string): () => void {
  const lock = new Sqlite(`${file}.lock`, { timeout: WAIT_MS });
  try {
    lock.pragma('journal_mode=MEMORY');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (codeOf(error) === 'store_busy') throw new LockerError('store_busy');
    throw error;
  }
  return () => {
    lock.close();
  };
}
