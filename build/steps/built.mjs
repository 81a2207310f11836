import { existsSync, readdirSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtime } from './paths.mjs';
import { run } from './run.mjs';

/** What is built before the locker can start: its sources, the file that shows when it was made, and the command. */
const TARGETS = [
  {
    name: 'screens',
    sources: ['renderer', 'protocol', 'package-lock.json'],
    made: 'dist/renderer/.built',
    args: ['node_modules/vite/bin/vite.js', 'build', '--config', 'renderer/vite.config.ts', '--logLevel', 'warn'],
  },
  {
    name: 'algorithms',
    sources: ['algorithms', 'protocol', 'build/pack-algorithms.ts', 'package-lock.json'],
    made: 'dist/algorithms/.built',
    args: ['build/pack-algorithms.ts'],
  },
];

/** The desktop window; built only where there is an Electron to run it. */
const SHELL = {
  name: 'desktop window',
  sources: ['main/shell', 'protocol', 'build/bundle-shell.ts', 'package-lock.json'],
  made: 'dist/shell/.built',
  args: ['build/bundle-shell.ts'],
};

/**
 * @param {string} path file or folder
 * @returns {number} newest modification time below it, milliseconds
 */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  let latest = stat.mtimeMs;
  for (const entry of readdirSync(path)) {
    if (entry !== 'node_modules') latest = Math.max(latest, newest(join(path, entry)));
  }
  return latest;
}

/**
 * Builds the screens and packs the algorithms where their sources are newer than what was built.
 *
 * @param {{ shell?: boolean }} [options] shell: the desktop window too
 * @throws {Error} with the tool's output where a build failed
 */
export async function ensureBuilt(options = {}) {
  for (const target of options.shell ? [...TARGETS, SHELL] : TARGETS) {
    const made = join(root, target.made);
    const sources = Math.max(...target.sources.map((source) => newest(join(root, source))));
    if (existsSync(made) && statSync(made).mtimeMs >= sources) continue;
    process.stderr.write(`Building the ${target.name}…\n`);
    const result = await run(runtime(), target.args, { quiet: true });
    if (result.code !== 0) throw new Error(`Building the ${target.name} failed:\n${result.output}`);
    mkdirSync(join(made, '..'), { recursive: true });
    writeFileSync(made, '');
  }
}
