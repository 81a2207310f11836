import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The three files that a sandbox process needs, as absolute paths. */
export interface Program {
  node: string;
  /** The bundled sandbox. */
  entry: string;
  /** The engine's addon. */
  addon: string;
}

const root = dirname(dirname(import.meta.dirname));
const modules = join(root, 'node_modules');

/**
 * Finds the program. Run from the sources, the entry is bundled first under a name made from the sources' digest, so it can't
 * be stale; a packaged app passes its own.
 */
export async function locateProgram(given: Partial<Program> = {}): Promise<Program> {
  return {
    node: given.node ?? process.execPath,
    entry: given.entry ?? (await bundledEntry()),
    addon: given.addon ?? locateAddon(),
  };
}

async function bundledEntry(): Promise<string> {
  const entry = join(root, 'dist', 'sandbox', `sandbox-${sourceDigest()}.mjs`);
  if (existsSync(entry)) return entry;
  const script = join(root, 'build', 'bundle-sandbox.ts');
  await promisify(execFile)(process.execPath, ['--no-warnings', script, entry], { cwd: root });
  removeOthers(entry);
  return entry;
}

/** Bundles of earlier sources; a process that runs one has read it already. */
function removeOthers(entry: string): void {
  const folder = dirname(entry);
  for (const file of readdirSync(folder)) {
    if (/^sandbox-[0-9a-f]+\.mjs$/.test(file) && file !== basename(entry)) rmSync(join(folder, file), { force: true });
  }
}

function sourceDigest(): string {
  const hash = createHash('sha256');
  const files = ['sandbox', 'protocol']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).map((entry) =>
        join(entry.parentPath, entry.name),
      ),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .sort();
  const zod = join(modules, 'zod', 'package.json');
  for (const file of [...files, zod, join(root, 'build', 'bundle-sandbox.ts')]) hash.update(readFileSync(file));
  return hash.digest('hex').slice(0, 20);
}

/** isolated-vm's prebuilt addon for this platform, Node and C library. */
export function locateAddon(): string {
  const libc = process.platform === 'linux' ? (usesGlibc() ? '.glibc' : '.musl') : '';
  const file = `isolated-vm.abi${process.versions.modules}${libc}.node`;
  return join(modules, 'isolated-vm', 'prebuilds', `${process.platform}-${process.arch}`, file);
}

function usesGlibc(): boolean {
  try {
    // The dynamic loader is mapped into every dynamically linked process.
    return !/\/ld-musl-/.test(readFileSync('/proc/self/maps', 'latin1'));
  } catch {
    return !existsSync('/etc/alpine-release');
  }
}
