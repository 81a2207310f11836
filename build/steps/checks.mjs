import { runtime } from './paths.mjs';
import { run } from './run.mjs';

const PROJECTS = [
  '.',
  'protocol',
  'main',
  'sandbox',
  'algorithms',
  'build',
  'tests',
  'bench',
  'examples/newcomer',
  'examples/algorithm',
];
const TSC = 'node_modules/typescript/bin/tsc';

/** The checks of `npm run verify` that are not tests, in the order they run. */
const CHECKS = [
  { name: 'format', commands: [['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']] },
  { name: 'types', commands: PROJECTS.map((project) => [TSC, '-p', project]) },
  {
    name: 'screens',
    commands: [
      [
        'node_modules/svelte-check/bin/svelte-check',
        '--tsconfig',
        'renderer/tsconfig.json',
        '--fail-on-warnings',
        '--output',
        'human',
      ],
    ],
  },
  { name: 'lint', commands: [['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.']] },
  { name: 'boundaries', commands: [['build/check-boundaries.ts']] },
  { name: 'unused', commands: [['node_modules/knip/bin/knip.js', '--no-progress']] },
];

/**
 * Runs every check, printing one line each and the output of those that fail.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  const counts = { passed: 0, failed: 0 };
  for (const check of CHECKS) {
    const started = Date.now();
    let output = '';
    let ok = true;
    for (const command of check.commands) {
      const result = await run(runtime(), command, { quiet: true });
      if (result.code !== 0) {
        ok = false;
        output += result.output;
      }
    }
    counts[ok ? 'passed' : 'failed']++;
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${check.name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (!ok) console.log(output);
  }
  return counts;
}
