/** Puts together what lies beside the ASAR in a packaged app, as `main/core/program-files.ts` looks for it. */
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleCore } from './bundle-core.ts';
import { bundleSandbox } from './bundle-sandbox.ts';
import type { Target } from './target.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** @param resources emptied and filled; the screens and algorithms must have been built */
export async function stageResources(resources: string, target: Target): Promise<void> {
  await rm(resources, { recursive: true, force: true });
  await mkdir(resources, { recursive: true });
  await bundleCore(resources, target);
  await bundleSandbox(join(resources, 'sandbox', 'sandbox.mjs'));
  await cp(join(ROOT, 'main', 'service-api', 'pages'), join(resources, 'service-pages'), { recursive: true });
  for (const name of ['renderer', 'algorithms']) {
    // leaving out the marks that say when they were built
    const filter = (path: string): boolean => !path.endsWith('.built');
    await cp(join(ROOT, 'dist', name), join(resources, name), { recursive: true, filter });
  }
}
