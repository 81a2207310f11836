/** `npm run soak`: the same tests with the big counts (random laws, kill rounds, runaways). Takes long. */
import { ensureBuilt } from './steps/built.mjs';
import { ensureInstalled } from './steps/install.mjs';
import { runUnit } from './steps/tests.mjs';

await ensureInstalled();
await ensureBuilt();
const { passed, failed } = await runUnit({ SOAK: '1' });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
