import type { Options } from '@wdio/types';

/** Programs found or installed by build/e2e.mjs; without them WebdriverIO downloads its own. */
const chromium = process.env['LOCKER_CHROMIUM'];
const chromedriver = process.env['LOCKER_CHROMEDRIVER'];

/** Named as empty, or WebdriverIO lets every address and origin in: left to itself, the driver listens on loopback alone. */
const DRIVER = { allowedIps: [], allowedOrigins: [] };

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-dev-shm-usage',
  '--lang=en',
];

/** The end-to-end tests: a real browser against lockers that each spec starts for itself. */
export const config: Options.Testrunner & WebdriverIO.Config = {
  runner: 'local',
  specs: ['./*.e2e.ts'],
  maxInstances: 1,
  logLevel: 'error',
  framework: 'mocha',
  mochaOpts: { ui: 'bdd', timeout: 180_000 },
  reporters: ['spec'],
  waitforTimeout: 15_000,
  capabilities: [
    {
      browserName: 'chrome',
      'goog:chromeOptions': chromium === undefined ? { args: ARGS } : { binary: chromium, args: ARGS },
      'wdio:chromedriverOptions': chromedriver === undefined ? DRIVER : { ...DRIVER, binary: chromedriver },
      'goog:loggingPrefs': { browser: 'ALL' },
    } as WebdriverIO.Capabilities,
  ],
};
