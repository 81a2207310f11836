import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the real files are; tests that need them are skipped without it. */
export const CORPUS = process.env['LOCKER_CORPUS'] ?? '';

/** Paths of the files under a folder of the corpus, sorted. */
export function corpusFiles(folder: string): string[] {
  return readdirSync(join(CORPUS, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export function corpusBytes(path: string): Buffer {
  return readFileSync(path);
}
