import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { run } from './run.mjs';

const folder = join(root, 'node_modules', 'electron');

/** Whether a window can be shown here at all. */
function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** @returns {string | undefined} the Electron binary, where it was downloaded */
function binary() {
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const path = join(folder, 'dist', readFileSync(pathFile, 'utf8'));
  return existsSync(path) ? path : undefined;
}

/**
 * The Electron binary to open the desktop window with, or undefined where there is no display or no binary.
 * After a fresh install the binary is downloaded once; where that fails the browser serves as the window.
 *
 * @param {boolean} fresh whether packages were just installed
 * @returns {Promise<string | undefined>}
 */
export async function electron(fresh) {
  if (!hasDisplay() || !existsSync(folder)) return undefined;
  if (binary() === undefined && fresh) {
    process.stderr.write('Fetching the desktop window (Electron)…\n');
    const result = await run(process.execPath, [join(folder, 'install.js')], { quiet: true });
    if (result.code !== 0) process.stderr.write('It could not be fetched; the locker opens in the browser instead.\n');
  }
  return binary();
}
