import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RepositoryFiles } from './repository.ts';

/** A repository's files in a folder, as a web server shows them. A file is there whole or not at all. */
export function folderFiles(folder: string): RepositoryFiles {
  return {
    read: (name) => unlessMissing(readFile(join(folder, name))),
    async write(name, bytes) {
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, bytes);
      await rename(`${path}.new`, path);
    },
    metadataNames: async () => (await unlessMissing(readdir(join(folder, 'metadata')))) ?? [],
  };
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
