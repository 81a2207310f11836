/** Entry of the `locker` command. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Milliseconds after the work is done until the process ends for certain. */
const LINGER_MS = 500;

// From the sources, half of a start is compiling. The cache is beside the code it is of, so it is as trustworthy.
if (import.meta.url.endsWith('.ts'))
  enableCompileCache(fileURLToPath(new URL('../../.cache/compile', import.meta.url)));

const { main } = await import('./program.ts');
process.exitCode = await main();
// Whatever still holds the process (a shell's open pipe, a browser's connection) has had its time.
setTimeout(() => process.exit(), LINGER_MS).unref();
