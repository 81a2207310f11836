import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Options } from '@wdio/types';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Found by build/e2e-desktop.mjs, which does not come here without them. */
const electron = process.env['LOCKER_ELECTRON'] ?? '';
/** Version of the Chromium inside, for which WebdriverIO fetches the driver. */
const chromium = process.env['LOCKER_ELECTRON_CHROMIUM'] ?? '';

/** The desktop window, driven as a browser. */
/** Named as empty, or WebdriverIO lets every address and origin in: left to itself, the driver listens on loopback alone. */
const DRIVER: object = { allowedIps: [], allowedOrigins: [] };

export const config: Options.Testrunner & WebdriverIO.Config = {
  runner: 'local',
  specs: ['./*.desktop.ts'],
  maxInstances: 1,
  logLevel: 'error',
  framework: 'mocha',
  mochaOpts: { ui: 'bdd', timeout: 120_000 },
  reporters: ['spec'],
  waitforTimeout: 30_000,
  capabilities: [
    {
      browserName: 'chrome',
      browserVersion: chromium,
      'wdio:chromedriverOptions': DRIVER,
      'goog:chromeOptions': { binary: electron, args: [`app=${join(root, 'dist/shell/main.js')}`] },
    },
  ],
};
