import { defineConfig } from 'vitest/config';

/** Tests that measure time or kill processes: one after the other, when nothing else runs. */
const ALONE = [
  'tests/hostile/**/*.test.ts',
  'tests/crash/**/*.test.ts',
  'main/store/threads.test.ts',
  'main/core/{cli,routes,shell-start}.test.ts',
];

const shared = {
  exclude: ['**/node_modules/**', 'dist/**'],
  setupFiles: ['build/vitest-setup.ts'],
  pool: 'forks' as const,
  testTimeout: 60_000,
  hookTimeout: 60_000,
  execArgv: ['--no-node-snapshot', '--disable-warning=ExperimentalWarning'],
};

/** `npm run unit`: the tests beside the code, and the ones in tests/ that need no browser. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'rooms',
          include: [
            '{protocol,main,sandbox,algorithms,renderer,build}/**/*.test.ts',
            'tests/{unit,corpus,api,contracts}/**/*.test.ts',
          ],
          exclude: [...shared.exclude, ...ALONE],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...shared,
          name: 'alone',
          include: ALONE,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
