import { getCompileCacheDir } from 'node:module';

/** Where the threads' entry files are, next to this one. */
const ENTRIES = {
  writer: new URL('./writer-worker.ts', import.meta.url),
  reader: new URL('./reader-worker.ts', import.meta.url),
  maintenance: new URL('./maintenance-worker.ts', import.meta.url),
  checkpoint: new URL('./checkpoint-worker.ts', import.meta.url),
} as const;

export type ThreadEntry = keyof typeof ENTRIES;

export function threadEntry(entry: ThreadEntry): URL {
  return ENTRIES[entry];
}

/** A thread's environment: nothing, but where compiled code is kept if the core keeps any, as that makes it start faster. */
export function threadEnvironment(): Record<string, string> {
  const cache = getCompileCacheDir();
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: cache };
}
