import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

/** @param {readonly string[]} names @returns {string | undefined} the first of the programs that is on PATH */
function onPath(names) {
  for (const name of names) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // not in this folder
      }
    }
  }
  return undefined;
}

function found() {
  const browser = onPath(['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']);
  const driver = onPath(['chromedriver']);
  return browser === undefined || driver === undefined ? undefined : { browser, driver };
}

/**
 * A browser and its driver for the end-to-end tests: the ones on this system, else Debian's when this is root with
 * apt-get, else none (WebdriverIO then downloads its own).
 *
 * @returns {Promise<NodeJS.ProcessEnv>} variables for the test run
 */
export async function browserEnvironment() {
  if (found() === undefined && process.getuid?.() === 0 && onPath(['apt-get']) !== undefined) {
    process.stderr.write('Installing Chromium for the end-to-end tests…\n');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { quiet: true, env });
    const install = ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'chromium-driver'];
    const result = await run('apt-get', install, { quiet: true, env });
    if (result.code !== 0) process.stderr.write(result.output);
  }
  const programs = found();
  return programs === undefined ? {} : { LOCKER_CHROMIUM: programs.browser, LOCKER_CHROMEDRIVER: programs.driver };
}
