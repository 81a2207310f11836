import { expect, test } from 'vitest';
import fc from 'fast-check';
import { pieces, SIZE } from '../../algorithms/insults-and-heat/features.ts';
import { decodeWeights, heat } from '../../algorithms/insults-and-heat/model.ts';
import type { Row } from './data.ts';
import { shareOf, thresholdsFor } from './measure.ts';
import { encodeWeights, train } from './train.ts';

const WORDS = ['garden', 'river', 'stone', 'window', 'morning', 'paper', 'kettle', 'ladder', 'button', 'market'];

/** Made-up sentences; those with “grumbus” or “flobble” are insults. */
function rows(count: number): Row[] {
  return Array.from({ length: count }, (_, at) => {
    const insult = at % 3 === 0;
    const words = Array.from(
      { length: 6 },
      (_word, place) => WORDS[(at * 7 + place * place * (at % 5)) % WORDS.length],
    );
    if (insult) words[at % 6] = at % 2 === 0 ? 'grumbus' : 'flobble';
    return { text: words.join(' '), insult };
  });
}

test('learns planted words from few rows, and the same bytes each time', () => {
  const model = train(rows(900), 5);
  expect(train(rows(900), 5)).toEqual(model);
  expect(heat(model, 'you flobble')).toBeGreaterThan(0.9);
  expect(heat(model, 'the river in the morning')).toBeLessThan(0.5);
  expect(heat(model, '')).toBe(0);
  const calm = 'The river. '.repeat(40);
  expect(heat(model, `${calm} Grumbus! ${calm}`)).toBeGreaterThan(heat(model, calm));
  expect(thresholdsFor(model, rows(300)).careful).toBeGreaterThanOrEqual(thresholdsFor(model, rows(300)).wide);
});

test('weights come out of their text as they went in', () => {
  const place = fc.tuple(fc.nat({ max: SIZE - 1 }), fc.integer({ min: -127, max: 127 }));
  fc.assert(
    fc.property(fc.array(place, { maxLength: 200 }), (entries) => {
      const weights = new Int8Array(SIZE);
      for (const [at, weight] of entries) weights[at] = weight;
      expect(Buffer.from(decodeWeights(encodeWeights(weights))).equals(Buffer.from(weights))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('pieces hold every word once and no more than forty', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...WORDS, '.', '!\n', '\n')), (words) => {
      const all = pieces(words.join(' '));
      expect(Math.max(0, ...all.map(({ length }) => length))).toBeLessThanOrEqual(40);
      expect(all.flat().filter((word) => WORDS.includes(word))).toEqual(words.filter((word) => WORDS.includes(word)));
    }),
  );
});

test('a share’s interval is Wilson’s', () => {
  const { low, high } = shareOf(8, 10);
  expect(low).toBeCloseTo(0.4902, 4);
  expect(high).toBeCloseTo(0.9433, 4);
  expect(shareOf(0, 100).low).toBe(0);
});
