/** `npm run e2e:desktop`: the tests of the desktop window, where Electron's binary is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './steps/built.mjs';
import { electron } from './steps/electron.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { runtime } from './steps/paths.mjs';
import { run } from './steps/run.mjs';

/** @param {string} binary @returns {Promise<string>} version of the Chromium inside */
async function chromiumOf(binary) {
  const asNode = { ELECTRON_RUN_AS_NODE: '1' };
  const { code, output } = await run(binary, ['-p', 'process.versions.chrome'], { quiet: true, env: asNode });
  if (code !== 0) throw new Error(`Electron does not run:\n${output}`);
  return output.trim();
}

const binary = await electron(await ensureInstalled());
if (binary === undefined) {
  console.log('There is no Electron binary or no display here: the tests of the desktop window are skipped.');
} else {
  await ensureBuilt({ shell: true });
  const chromium = await chromiumOf(binary);
  // The locker finds its place by these, so the tests have one of their own; the browser's driver hands them on to the app.
  const home = mkdtempSync(join(tmpdir(), 'locker-desktop-'));
  const places = Object.fromEntries(
    ['HOME', 'USERPROFILE', 'APPDATA', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME'].map((name) => [name, home]),
  );
  const env = { ...places, LOCKER_ELECTRON: binary, LOCKER_ELECTRON_CHROMIUM: chromium };
  const wdio = ['node_modules/@wdio/cli/bin/wdio.js', 'run', 'tests/desktop/wdio.conf.ts'];
  process.exitCode = (await run(runtime(), wdio, { env })).code;
  rmSync(home, { recursive: true, force: true });
}
