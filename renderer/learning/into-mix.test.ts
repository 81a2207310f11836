import { expect, test } from 'vitest';
import type { AlgorithmCard } from '../../protocol/owner/feed.ts';
import { makeCards, makeMix } from '../dev/fake-algorithms.ts';
import { isHeard, withAlgorithm } from './into-mix.ts';

const cards = makeCards();
const [first] = cards;
if (first === undefined) throw new Error('no card');

function reading(kind: AlgorithmCard['kind'], column: 'myMore' | 'lessDays'): AlgorithmCard {
  const card = first as AlgorithmCard;
  const needs = { ...card.manifest.needs, author: [column] };
  return { ...card, id: `a.${column}`, kind, manifest: { ...card.manifest, needs } };
}

test('a wish is heard by what reads it, is switched on and has a weight', () => {
  const more = reading('ranker', 'myMore');
  const less = reading('damper', 'lessDays');
  const all = [...cards, more, less];
  const bare = { ...makeMix(), entries: [] };
  expect(isHeard('more', bare, all)).toBe(false);
  const mix = withAlgorithm(bare, more);
  expect([isHeard('more', mix, all), isHeard('less', mix, all)]).toEqual([true, false]);
  const weightless = { ...mix, entries: mix.entries.map((entry) => ({ ...entry, weight: 0 })) };
  expect(isHeard('more', weightless, all)).toBe(false);
  const damped = { ...bare, entries: [{ ...mix.entries[0]!, algorithm: less.id, weight: 0 }] };
  expect(isHeard('less', damped, all)).toBe(true);
});

test('an entry that is off is switched on instead of added again', () => {
  const more = reading('ranker', 'myMore');
  const mix = withAlgorithm({ ...makeMix(), entries: [] }, more);
  const off = { ...mix, entries: mix.entries.map((entry) => ({ ...entry, enabled: false, weight: 0 })) };
  const on = withAlgorithm(off, more);
  expect(on.entries).toMatchObject([{ algorithm: more.id, enabled: true, weight: 1 }]);
});
