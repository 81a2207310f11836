import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { ResourceHashes, hashFile } from '../main/shell/index.ts';

/** The list that the shell compares a packaged app's files with: every file below the folder. */
export async function resourceHashes(resources: string): Promise<ResourceHashes> {
  const entries = await readdir(resources, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hashes: Record<string, string> = {};
  for (const file of files.sort()) hashes[relative(resources, file).split(sep).join('/')] = await hashFile(file);
  return ResourceHashes.parse(hashes);
}
