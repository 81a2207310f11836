import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { LockerError } from '../../protocol/errors.ts';
import type { RepositorySource } from './tuf/source.ts';

/** A repository in a folder: `metadata/` and `targets/` below it. */
export function folderSource(folder: string): RepositorySource {
  return {
    metadata: (name, maxBytes) => readFileOf(join(folder, 'metadata', name), maxBytes),
    target: (path, maxBytes) => readFileOf(inside(join(folder, 'targets'), path), maxBytes),
  };
}

/** A target's path is signed, but not by the owner: it stays below the folder. */
function inside(folder: string, path: string): string {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\:\0]/.test(part)))
    throw new LockerError('repository_invalid', { detail: 'a path that leads elsewhere' });
  return join(folder, ...parts);
}

/** @returns null: there is no such file. @throws LockerError fetch_failed */
export async function readFileOf(path: string, maxBytes: number): Promise<Uint8Array | null> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size > maxBytes) throw new LockerError('fetch_failed', { detail: `larger than ${maxBytes} bytes` });
    return await file.readFile();
  } catch (error) {
    if (error instanceof LockerError) throw error;
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw new LockerError('fetch_failed', { cause: error });
  }
}
