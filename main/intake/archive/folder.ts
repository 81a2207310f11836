import { lstat, opendir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LockerError } from '../../../protocol/errors.ts';
import { MAX_ENTRIES, MAX_FOLDER_DEPTH } from '../limits.ts';
import { plainFile, type ByteSource } from './byte-source.ts';
import type { LeftOut } from './import-file.ts';

/** A file on disk, readable from any place. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: ByteSource;
}

/**
 * The regular files at a path, in the order of their names. Links are not followed: what they point to inside the
 * folder is met where it lies, and what is outside is not asked for.
 */
export async function filesAt(path: string, leftOut: (item: LeftOut) => void): Promise<StoredFile[]> {
  const root = await realpath(path).catch((cause: unknown) => {
    throw new LockerError('import_path_missing', { cause });
  });
  const top = await lstat(root);
  if (top.isFile()) return [{ path: basename(root), bytes: plainFile(root, top.size) }];
  if (!top.isDirectory()) throw new LockerError('import_path_missing', { detail: 'not a file or folder' });
  const found: StoredFile[] = [];
  await walk(root, '', 0, found, leftOut);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function walk(
  folder: string,
  label: string,
  depth: number,
  found: StoredFile[],
  leftOut: (item: LeftOut) => void,
): Promise<void> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    const place = label === '' ? entry.name : `${label}/${entry.name}`;
    if (entry.isSymbolicLink()) leftOut({ reason: 'a link', path: place });
    else if (entry.isDirectory()) {
      if (depth >= MAX_FOLDER_DEPTH) leftOut({ reason: 'folders nested too deeply', path: place });
      else {
        await walk(path, place, depth + 1, found, leftOut).catch(() =>
          leftOut({ reason: 'a folder that can’t be read', path: place }),
        );
      }
    } else if (entry.isFile()) {
      if (found.length >= MAX_ENTRIES) leftOut({ reason: `more than ${MAX_ENTRIES} files`, path: place });
      else found.push({ path: place, bytes: plainFile(path, (await lstat(path)).size) });
    } else leftOut({ reason: 'neither a file nor a folder', path: place });
  }
}
