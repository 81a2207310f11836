import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { signBundle } from '../../market/index.ts';
import { PAGES } from '../../service-api/testing.ts';
import { run, type RunOptions, type Running } from '../running.ts';

/**
 * The whole program in this process, reached by services at a port of its own. It has no algorithms: they come with the
 * market's own tests, and elsewhere they would only cost time.
 *
 * @param faults takes what the program logs as a fault
 */
export async function runHere(
  folder: string,
  at: RunOptions['at'],
  faults: unknown[],
  more: Partial<Pick<RunOptions, 'services' | 'log'>> = {},
): Promise<Running> {
  const algorithms = join(folder, 'algorithms');
  await mkdir(algorithms, { recursive: true });
  await signBundle(algorithms, []);
  return run({
    folder,
    platform: process.platform,
    at,
    services: { port: 0, origin: null },
    keychain: undefined,
    sample: false,
    files: { screens: join(folder, 'screens'), servicePages: PAGES, algorithms, sandbox: {} },
    version: '0.0.0',
    log: { note: () => {}, fault: (error) => faults.push(error) },
    ...more,
  });
}
