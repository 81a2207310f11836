/** `npm run bench [-- NAME…]`: runs the benchmarks one after the other, or those named. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BENCHES = [
  'sandbox',
  'feed',
  'owner-feed',
  'store',
  'import',
  'search',
  'gated-read',
  'service',
  'withdraw',
  'ready',
  'memory',
  'replay',
  'curve',
  'one-more',
];

/** The core starts with a small young generation, and so do its benchmarks. */
const FLAGS = ['--no-node-snapshot', '--max-semi-space-size=4'];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark named ${unknown.join(', ')}; there are ${BENCHES.join(', ')}.`);
  process.exit(2);
}
for (const name of chosen.length > 0 ? chosen : BENCHES) {
  console.log(`\n# ${name}`);
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const { status } = spawnSync(process.execPath, [...FLAGS, script], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
