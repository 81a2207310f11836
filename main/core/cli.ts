/** Entry of the `locker` command. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// From the sources, half of a start is compiling. The cache is beside the code it is of, so it is as trustworthy.
if (import.meta.url.endsWith('.ts'))
  enableCompileCache(fileURLToPath(new URL('../../.cache/compile', import.meta.url)));

const { main } = await import('./program.ts');
await main();
