import { defineConfig } from 'vitest/config';

/** `npm run unit`: the tests beside the code, and the ones in tests/ that need no browser. */
export default defineConfig({
  test: {
    include: ['{protocol,main,sandbox,algorithms,renderer,build}/**/*.test.ts', 'tests/{unit,hostile,crash,corpus,api}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    execArgv: ['--no-node-snapshot', '--disable-warning=ExperimentalWarning'],
  },
});
