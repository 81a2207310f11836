/**
 * `npm start`: installs what is missing, builds what is stale, and opens the locker: in the desktop window where
 * Electron is present, otherwise in the browser. Options are the ones of `locker start` (see `npm run locker -- --help`).
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt } from './steps/built.mjs';
import { electron } from './steps/electron.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { CORE_ENVIRONMENT, CORE_FLAGS, root, runtime } from './steps/paths.mjs';

const args = process.argv.slice(2);
/** The options that the desktop window takes; any other one is for the browser or no screen at all. */
const WINDOW_OPTIONS = ['--data'];

function wantsBrowser() {
  return args.some((arg) => arg.startsWith('-') && !WINDOW_OPTIONS.includes(arg.split('=')[0] ?? ''));
}

/**
 * Hands the terminal to the locker and ends as it ends. Ctrl-C reaches the child by itself (same process group);
 * this process only waits for it to drain.
 *
 * @param {string} command
 * @param {readonly string[]} commandArgs
 */
function become(command, commandArgs) {
  const child = spawn(command, commandArgs, {
    cwd: process.env['INIT_CWD'] ?? process.cwd(),
    env: { ...process.env, ...CORE_ENVIRONMENT },
    stdio: 'inherit',
  });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on('close', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

try {
  const fresh = await ensureInstalled();
  const window = wantsBrowser() ? undefined : await electron(fresh);
  await ensureBuilt({ shell: window !== undefined });
  if (window === undefined) become(runtime(), [...CORE_FLAGS, join(root, 'main/core/cli.ts'), 'start', ...args]);
  else become(window, [join(root, 'dist/shell/main.js'), ...args]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
