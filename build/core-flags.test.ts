import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** What `npm start` reads. */
const SAID = 'build/steps/paths.mjs';
const OTHERS = [
  'package.json',
  'main/shell/spawn-core.ts',
  'main/core/testing.ts',
  'docs/operating-headless.md',
  'docs/packaging.md',
];

/** In the order of `SAID`; what is written twice counts once. */
function saidIn(place: string, pattern: RegExp): string[] {
  const text = readFileSync(join(ROOT, place), 'utf8');
  return [...new Set(Array.from(text.matchAll(pattern), ([, value]) => value ?? ''))];
}

const FLAG = /--max-semi-space-size=(\d+)/g;
const HEAPS = /MALLOC_ARENA_MAX\W{1,4}(\d+)/g;

it.each(OTHERS)('%s starts the core as `npm start` does', (place) => {
  expect(saidIn(SAID, FLAG)).toHaveLength(1);
  expect(saidIn(place, FLAG)).toEqual(saidIn(SAID, FLAG));
});

// A command of npm's can't set it on every system; most of those end at once.
it.each(OTHERS.filter((place) => place !== 'package.json'))('%s gives it the same environment', (place) => {
  expect(saidIn(SAID, HEAPS)).toHaveLength(1);
  expect(saidIn(place, HEAPS)).toEqual(saidIn(SAID, HEAPS));
});
