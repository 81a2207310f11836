import { expect, test } from 'vitest';
import type { Mix } from '../../protocol/owner/feed.ts';
import { makeCards } from '../dev/fake-algorithms.ts';
import { copyOf, withMix } from './mix.ts';
import { mixFile, readMixFile } from './mix-file.ts';

const cards = makeCards();
const entry = { entry: 'a', algorithm: 'example.newest', enabled: true, weight: 1, settings: {} };
const mix: Mix = {
  id: 'morning',
  name: 'Morning',
  blend: 'rank',
  window: { maxItems: 1000, maxAgeHours: 24 },
  entries: [entry, { ...entry, entry: 'b', algorithm: 'example.gone' }],
};

test('a mix comes back from its file, with the names of what is not installed', () => {
  const text = mixFile(mix, [...cards, { ...cards[0], id: 'example.gone', name: 'Gone' } as (typeof cards)[number]]);
  expect(readMixFile(text, cards)).toEqual({ mix, lacking: ['Gone'] });
  expect(readMixFile(mixFile(mix, cards), cards)?.lacking).toEqual(['example.gone']);
});

test('what is no mix is told apart', () => {
  expect(readMixFile('{', cards)).toBeNull();
  expect(readMixFile('{"format":"data-locker-mix"}', cards)).toBeNull();
  expect(readMixFile(mixFile(mix, cards).replace('"weight": 1', '"weight": -1'), cards)).toBeNull();
});

test('a copy has an id of its own', () => {
  const copy = copyOf(mix, 'Evening', [mix]);
  expect(copy).toEqual({ ...mix, id: 'morning-2', name: 'Evening' });
  const mixes = withMix([mix], copy);
  expect(mixes.map(({ id }) => id)).toEqual(['morning', 'morning-2']);
  expect(copyOf(copy, 'Night', mixes).id).toBe('morning-3');
  expect(withMix(mixes, { ...mix, name: 'Dawn' }).map(({ name }) => name)).toEqual(['Dawn', 'Evening']);
});
