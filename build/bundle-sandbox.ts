/**
 * Makes the one file that the sandbox process runs: `node build/bundle-sandbox.ts OUT`. The process runs without JIT in one
 * tier, where Node cannot strip types, and may read a single file, so it cannot run from the sources.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const root = dirname(import.meta.dirname);

/** Written under another name first, so that nobody starts half a file. */
export async function bundleSandbox(out: string): Promise<void> {
  const bundle = await rolldown({ input: join(root, 'sandbox', 'index.ts'), platform: 'node', logLevel: 'warn' });
  const { output } = await bundle.generate({ format: 'esm', minify: false });
  await bundle.close();
  const [chunk, ...others] = output;
  if (others.length > 0) throw new Error('the sandbox must be one file');
  const temporary = `${out}.${process.pid}`;
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(temporary, chunk.code);
  renameSync(temporary, out);
}

if (import.meta.main) {
  const out = process.argv[2];
  if (out === undefined) throw new Error('usage: bundle-sandbox.ts OUT');
  await bundleSandbox(out);
}
