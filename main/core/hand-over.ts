import { setTimeout as delay } from 'node:timers/promises';
import { LockerError } from '../../protocol/errors.ts';
import { readInstance, removeStale, type Instance } from './instance.ts';
import { askInstance, InstanceGone, Link, LINK_ROUTE } from './instance-client.ts';
import { AlreadyRunning } from './held-folder.ts';
import { run, type Running, type RunOptions } from './running.ts';

/** Rounds of waiting for a locker that is starting or closing, 15 s in all. */
const ROUNDS = 100;
const ROUND_MS = 150;

/** A locker that already runs on the folder. */
export interface Other {
  readonly instance: Instance;
  readonly link: Link;
}

/** Its link, or null where it is gone: crashed, or closed meanwhile. */
async function askForLink(instance: Instance): Promise<Link | null> {
  for (let round = 0; round < ROUNDS; round++) {
    try {
      return Link.parse(await askInstance(instance, { method: 'POST', path: LINK_ROUTE }));
    } catch (error) {
      if (error instanceof InstanceGone) return null;
      if (!(error instanceof LockerError) || error.code !== 'shutting_down') throw error;
      await delay(ROUND_MS);
    }
  }
  throw new LockerError('store_busy');
}

/** Runs on the folder, or finds the locker that already does. Throws `store_busy` where that one does not answer. */
export async function runOrFind(options: RunOptions): Promise<Running | Other> {
  return takeOrFind(options.folder, () => run(options));
}

/**
 * Takes the folder, or finds the locker that has it. What a crashed one left is cleared away.
 *
 * @param take throws AlreadyRunning where another one has it
 * @throws LockerError `store_busy` where the other one does not answer
 */
export async function takeOrFind<T>(folder: string, take: () => Promise<T>): Promise<T | Other> {
  for (let round = 0; round < ROUNDS; round++) {
    const instance = await readInstance(folder);
    if (instance !== null) {
      const link = await askForLink(instance);
      if (link !== null) return { instance, link };
      await removeStale(folder, instance);
    }
    try {
      return await take();
    } catch (error) {
      if (!(error instanceof AlreadyRunning)) throw error;
      // Another one has just won the race, or the file can't be read and is worth nothing.
      if ((await readInstance(folder)) === null) await removeStale(folder, null);
    }
  }
  throw new LockerError('store_busy');
}
