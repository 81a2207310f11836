import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCards, makeMix } from '../dev/fake-algorithms.ts';
import {
  addEntry,
  canBlendByScore,
  changeEntry,
  changeSetting,
  moveEntry,
  placed,
  removeEntry,
  sameMix,
  shares,
  weightMax,
} from './mix.ts';

const cards = makeCards();
const mix = makeMix();
const card = (id: string) => cards.find((one) => one.id === id)!;

describe('shares of the blend', () => {
  test('are the weights of the rankers that are on, over their sum', () => {
    const parts = shares(changeEntry(mix, 'newest', { enabled: false }), cards);
    expect(parts.get('heat')).toBeCloseTo(1 / 1.6);
    expect(parts.get('unusual')).toBeCloseTo(0.6 / 1.6);
    expect(parts.get('newest')).toBe(0);
    expect(parts.has('words')).toBe(false);
  });

  test('add up to one, or are all zero', () => {
    const weight = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(weight, weight, weight, fc.boolean(), (a, b, c, on) => {
        let changed = changeEntry(mix, 'heat', { weight: a, enabled: on });
        changed = changeEntry(changed, 'unusual', { weight: b });
        changed = changeEntry(changed, 'newest', { weight: c });
        const sum = [...shares(changed, cards).values()].reduce((total, part) => total + part, 0);
        expect(sum === 0 || Math.abs(sum - 1) < 1e-9).toBe(true);
      }),
    );
  });
});

describe('editing', () => {
  test('never changes the mix it was given', () => {
    const before = JSON.stringify(mix);
    addEntry(
      removeEntry(moveEntry(changeSetting(mix, 'heat', 'gravity', 2), cards, 'heat', 1), 'words'),
      card('example.lockout'),
    );
    expect(JSON.stringify(mix)).toBe(before);
  });

  test('a new entry has the defaults of its card and a name of its own', () => {
    const once = addEntry(mix, card('example.heat'));
    const added = once.entries.at(-1)!;
    expect(added.settings).toEqual({ gravity: 1.8 });
    expect(added.entry).toBe('heat-2');
    expect(new Set(addEntry(once, card('example.heat')).entries.map((entry) => entry.entry)).size).toBe(
      mix.entries.length + 2,
    );
  });

  test('moving passes entries of other kinds by', () => {
    const names = (kind: 'ranker') =>
      placed(moveEntry(mix, cards, 'unusual', -1), cards, kind).map(({ entry }) => entry.entry);
    expect(names('ranker')).toEqual(['unusual', 'heat', 'newest']);
    expect(sameMix(moveEntry(mix, cards, 'heat', -1), mix)).toBe(true);
    expect(sameMix(moveEntry(mix, cards, 'spread', 1), mix)).toBe(true);
  });

  test('settings of an entry that is not there change nothing', () => {
    expect(sameMix(changeSetting(mix, 'none', 'gravity', 2), mix)).toBe(true);
  });
});

test('the sliders reach as far as the largest weight', () => {
  expect(weightMax(mix)).toBe(2);
  expect(weightMax(changeEntry(mix, 'heat', { weight: 7 }))).toBe(10);
  expect(weightMax(changeEntry(mix, 'heat', { weight: 60 }))).toBe(100);
});

test('blending by score needs every ranker that is on to be normalised', () => {
  expect(canBlendByScore(mix, cards)).toBe(false);
});
