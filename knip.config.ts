import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'main/*/*-worker.ts',
    'main/shell/main.ts',
    'sandbox/index.ts',
    'algorithms/*/index.ts',
    'renderer/main.ts',
    'renderer/dev/main.ts',
    'renderer/vite.config.ts',
    'build/*.{ts,mjs}',
    'bench/*.ts',
    'examples/algorithm/*/index.ts',
    // served to the browser
    'examples/newcomer/page/page.ts',
    'tests/**/*.{ts,js}',
    'tests/api/other-clock.mjs',
  ],
  project: ['{protocol,main,sandbox,algorithms,renderer,build,bench,tests,examples}/**/*.{ts,mjs,svelte}'],
  ignoreDependencies: [
    // run by path from build/
    '@wdio/cli',
    'electron-builder',
    'svelte-check',
    // named as words in WebdriverIO's configuration
    '@wdio/local-runner',
    '@wdio/mocha-framework',
    '@wdio/spec-reporter',
    // its one file is read as text
    'axe-core',
  ],
  ignoreExportsUsedInFile: true,
};

export default config;
