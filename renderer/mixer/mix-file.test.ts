import { expect, test } from 'vitest';
import { Mix } from '../../protocol/owner/feed.ts';
import { makeCards } from '../dev/fake-algorithms.ts';
import { copyOf, lookingAt, sameMix, withMix } from './mix.ts';
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

test('sources and lists stay at home, and are not taken from somebody else', () => {
  const looksAt = [{ kind: 'source' as const, id: 'https://secret.example/feed', name: 'Secret' }];
  const limited = lookingAt(mix, looksAt);
  expect(mixFile(limited, cards)).not.toContain('secret');
  const foreign = JSON.stringify({ ...JSON.parse(mixFile(mix, cards)), mix: limited });
  expect(readMixFile(foreign, cards)?.mix).toEqual(mix);
});

test('a mix that looks at everything again is the one it was', () => {
  const one = { kind: 'list' as const, id: 'a', name: 'A' };
  const limited = lookingAt(mix, [one]);
  expect(Object.keys(limited)).toEqual(Object.keys(Mix.parse(limited)));
  expect(sameMix(lookingAt(limited, []), mix)).toBe(true);
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
