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

function flagsIn(place: string): string[] {
  const text = readFileSync(join(ROOT, place), 'utf8');
  return [...new Set(text.match(/--max-semi-space-size=\d+/g))];
}

it.each(OTHERS)('%s starts the core as `npm start` does', (place) => {
  expect(flagsIn(SAID)).toHaveLength(1);
  expect(flagsIn(place)).toEqual(flagsIn(SAID));
});
