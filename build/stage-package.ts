/**
 * Prepares what electron-builder packs for this machine: the core, the sandbox, the screens, the algorithms and Node itself in
 * `dist/package`, and in `dist/shell` the desktop shell with the list of those files' hashes.
 */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RESOURCE_HASHES_FILE, coreCommand } from '../main/shell/index.ts';
import { bundleShell } from './bundle-shell.ts';
import { resourceHashes } from './resource-hashes.ts';
import { stageResources } from './stage-resources.ts';
import { type Target, thisMachine } from './target.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Node as it comes from npm, with its licence. */
async function copyNode(folder: string, { platform, arch }: Target): Promise<void> {
  const { command } = coreCommand({ platform, arch, resources: null, project: ROOT });
  await mkdir(folder, { recursive: true });
  await copyFile(command, join(folder, basename(command)));
  await copyFile(join(dirname(dirname(command)), 'LICENSE'), join(folder, 'LICENSE'));
}

/** @returns how many files the list has */
export async function stagePackage(): Promise<number> {
  const resources = join(ROOT, 'dist', 'package');
  const target = thisMachine();
  await stageResources(resources, target);
  await copyNode(join(resources, 'node'), target);
  const hashes = await resourceHashes(resources);
  await writeFile(join(await bundleShell(), RESOURCE_HASHES_FILE), `${JSON.stringify(hashes, undefined, 2)}\n`);
  return Object.keys(hashes).length;
}

if (import.meta.main) {
  const count = await stagePackage();
  process.stdout.write(`Staged ${count} files in dist/package, their hashes in dist/shell/${RESOURCE_HASHES_FILE}\n`);
}
