/** `npm run verify`: format, types, lint, boundaries, unused code and the tests that need no browser. */
import { ensureBuilt } from './steps/built.mjs';
import { runChecks } from './steps/checks.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { runUnit } from './steps/tests.mjs';

await ensureInstalled();
await ensureBuilt();
const checks = await runChecks();
const unit = await runUnit();
console.log(`${checks.passed + unit.passed} passed, ${checks.failed + unit.failed} failed`);
process.exitCode = checks.failed + unit.failed === 0 ? 0 : 1;
