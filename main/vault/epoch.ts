import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { keepEntry, readEntry, type Keychain } from './keychain.ts';
import { writeAtomically } from './write-atomically.ts';

const EPOCH_FILE = 'locker.epoch';
const EpochFile = z.strictObject({ id: z.string(), epoch: z.int().min(0) });

/**
 * A counter outside the store's file that only grows. The store keeps the same number inside: a lower one inside means
 * that an old copy of the file was put back. In the keychain where there is one; else in a file beside the store, which
 * catches accidents and not someone who holds the disk.
 */
export interface Epoch {
  /** Undefined where none has been kept yet, or it can't be read. */
  read(): Promise<number | undefined>;
  /** Keeps `epoch` unless a higher one is already kept; returns the one now kept. */
  raise(epoch: number): Promise<number>;
}

export function createEpoch(dataFolder: string, keychain: Keychain | undefined, id: string): Epoch {
  const path = join(dataFolder, EPOCH_FILE);

  async function fromFile(): Promise<number | undefined> {
    try {
      const kept = EpochFile.parse(JSON.parse(await readFile(path, 'utf8')));
      return kept.id === id ? kept.epoch : undefined;
    } catch {
      return undefined;
    }
  }

  async function read(): Promise<number | undefined> {
    const entry = await readEntry(keychain, id);
    const file = await fromFile();
    if (entry === undefined) return file;
    return Math.max(entry.epoch, file ?? 0);
  }

  return {
    read,
    async raise(epoch) {
      const kept = await read();
      if (kept !== undefined && kept >= epoch) return kept;
      const entry = await readEntry(keychain, id);
      await keepEntry(keychain, { id, secret: entry?.secret ?? null, epoch });
      await writeAtomically(path, `${JSON.stringify({ id, epoch })}\n`);
      return epoch;
    },
  };
}
