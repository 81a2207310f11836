import { expect, test } from 'vitest';
import type { Fact } from '../../protocol/owner/trial.ts';
import { factInWords } from './fact-words.ts';

const fact: Fact = { fact: 'like', reads: true, tried: 12, moved: 12, middle: 3.5, farthest: -40 };

test('a fact is told in words', () => {
  expect(factInWords(fact)).toBe('12 of 12 moved, usually by 4 places up, at most by 40 places down');
  expect(factInWords({ ...fact, middle: 0.2, farthest: 1 })).toBe(
    '12 of 12 moved, usually by no place, at most by 1 place up',
  );
  expect(factInWords({ ...fact, moved: 1, middle: null, farthest: null })).toBe('1 of 12 was marked otherwise');
  expect(factInWords({ ...fact, moved: 0 })).toBe('nothing moved');
  expect(factInWords({ ...fact, reads: false, tried: 0 })).toBe('nothing: it does not read that');
  expect(factInWords({ ...fact, tried: 0, moved: 0 })).toBe('not known: none of your posts says');
  expect(factInWords({ ...fact, fact: 'renamed', tried: 500, moved: 20 })).toMatch(/^20 of 500 moved: it goes by/u);
});
