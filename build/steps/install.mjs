import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';
import { run } from './run.mjs';

const stamp = join(root, 'node_modules', '.locker-installed');

function lockfileDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

/**
 * Installs the packages of package-lock.json unless exactly these are installed already.
 *
 * @returns {Promise<boolean>} whether anything was installed
 * @throws {Error} with npm's output where it failed
 */
export async function ensureInstalled() {
  const digest = lockfileDigest();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return false;
  process.stderr.write('Installing what is missing (once, about a minute)…\n');
  const npm = process.env['npm_execpath'];
  const args = ['ci', '--include=dev', '--include=optional'];
  const result = npm
    ? await run(process.execPath, [npm, ...args], { quiet: true })
    : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { quiet: true });
  if (result.code !== 0) throw new Error(`npm ci failed:\n${result.output}`);
  writeFileSync(stamp, digest);
  return true;
}
