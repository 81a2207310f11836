/** `npm run e2e`: the end-to-end tests alone. */
import { browserEnvironment } from './steps/browser.mjs';
import { ensureBuilt } from './steps/built.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { runEndToEnd } from './steps/tests.mjs';

await ensureInstalled();
await ensureBuilt();
const { passed, failed } = await runEndToEnd(await browserEnvironment());
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
