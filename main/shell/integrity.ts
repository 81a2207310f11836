import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';

/**
 * SHA-256 of each file that a packaged app runs beside its ASAR, by path below `resources/`. The list is written when the app is
 * packaged and lies in the ASAR, which Electron checks itself.
 */
export const ResourceHashes = z.record(
  z.string().regex(/^[a-z]+(?:-[a-z]+)*(\/(?!\.)[A-Za-z0-9._-]+)+$/),
  z.string().regex(/^[0-9a-f]{64}$/),
);
export type ResourceHashes = z.infer<typeof ResourceHashes>;

/** Name of the list, beside the bundled shell. */
export const RESOURCE_HASHES_FILE = 'resources.json';

/** @throws {Error} where the file can't be read */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/**
 * Compares a packaged app's files with the list.
 *
 * @returns paths of files that are missing or not what was packaged; the core must not be started then
 */
export async function changedResources(resources: string, hashes: ResourceHashes): Promise<string[]> {
  const changed: string[] = [];
  for (const [path, expected] of Object.entries(hashes)) {
    const actual = await hashFile(join(resources, ...path.split('/'))).catch(() => null);
    if (actual !== expected) changed.push(path);
  }
  return changed;
}
