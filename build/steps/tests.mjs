import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtime } from './paths.mjs';
import { run } from './run.mjs';

/**
 * Runs the tests beside the code and those of tests/ that need no browser.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runUnit(env = {}) {
  const report = join(root, '.cache', 'vitest.json');
  mkdirSync(join(root, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const args = ['--no-node-snapshot', 'node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json'];
  const { code } = await run(runtime(), [...args, `--outputFile.json=${report}`], { env });
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    const failed =
      result.numFailedTests + (result.numFailedTests === 0 && code !== 0 ? Math.max(1, result.numFailedTestSuites) : 0);
    return { passed: result.numPassedTests, failed, skipped: result.numPendingTests + result.numTodoTests };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** @param {string} output @param {RegExp} pattern */
function sum(output, pattern) {
  return [...output.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
}

/**
 * Runs the end-to-end tests in a real browser against a real locker.
 *
 * @param {NodeJS.ProcessEnv} env with the browser's variables
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runEndToEnd(env) {
  const result = await run(runtime(), ['node_modules/@wdio/cli/bin/wdio.js', 'run', 'tests/e2e/wdio.conf.ts'], {
    quiet: true,
    env,
  });
  console.log(result.output);
  const failed = sum(result.output, /(\d+) failing/g);
  return {
    passed: sum(result.output, /(\d+) passing/g),
    failed: failed === 0 && result.code !== 0 ? 1 : failed,
    skipped: sum(result.output, /(\d+) skipped/g),
  };
}
