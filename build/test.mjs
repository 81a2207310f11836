/** `npm test`: installs what is missing, the browser too, and runs everything. Ends with `N passed, N failed`. */
import { browserEnvironment } from './steps/browser.mjs';
import { ensureBuilt } from './steps/built.mjs';
import { runChecks } from './steps/checks.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { runEndToEnd, runUnit } from './steps/tests.mjs';

await ensureInstalled();
await ensureBuilt();
if (!process.env['LOCKER_CORPUS']) console.log('LOCKER_CORPUS is not set: the tests on real exports are skipped.');
const parts = [await runChecks(), await runUnit(), await runEndToEnd(await browserEnvironment())];
const passed = parts.reduce((total, part) => total + part.passed, 0);
const failed = parts.reduce((total, part) => total + part.failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
