import fc from 'fast-check';
import { expect, test } from 'vitest';
import { note, openRecords } from '../testing.ts';
import { searchText, matchQuery, termsOf } from '../../derive/index.ts';

const RUNS = process.env['SOAK'] === '1' ? 1500 : 40;
const SOAK_MS = 600_000;

test.each<[string, string | null]>([
  ['hello wor', '"hello" AND "wor"*'],
  ['"hello world" foo', '"hello world" AND "foo"*'],
  ['foo "hello wor"', '"foo" AND "hello wor"'],
  ['a', '"a"'],
  ['hello wor ', '"hello" AND "wor"'],
  ['NEAR(a b) OR -c*', '"NEAR(a" AND "b)" AND "OR" AND "-c*"*'],
  ['say ""hi', '"say" AND "hi"*'],
  ['全文検索', '"全文 文検 検索"'],
  ['foo東京bar', '"foo 東京 bar"*'],
  ['字', '"字"'],
  ['!!! …', null],
  ['  ', null],
  ['\uE000dsocialpost', '"dsocialpost"*'],
])('%s is asked for as %s', (typed, query) => {
  expect(matchQuery(typed)).toBe(query);
});

test('the index is given bigrams and single characters of runs, other text as it is', () => {
  expect(searchText('plain text')).toBeNull();
  expect(searchText('x 全文検 y')?.split(/\s+/)).toEqual(['x', '全文', '文検', 'y', '全', '文', '検']);
  expect(searchText('ＡＢＣ')).toBe('ABC');
});

test(
  'any text can be typed, and a word of a post finds it',
  async () => {
    await using locker = await openRecords();
    const tricky = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc
        .array(
          fc.constantFrom(
            '"',
            '*',
            '(',
            ')',
            '^',
            ':',
            '-',
            'AND',
            'OR',
            'NOT',
            'NEAR',
            '{',
            '}',
            '+',
            'a',
            '東',
            '\0',
            '\ud800',
            ' ',
            "'",
          ),
          { maxLength: 20 },
        )
        .map((parts) => parts.join('')),
    );
    let number = 0;
    await fc.assert(
      fc.asyncProperty(tricky, async (text) => {
        const one = note(number++, { content: text, mediaType: 'text/plain' });
        await locker.import('a', [one]);
        for (const q of [text, `"${text}`]) {
          const page = await locker.records.browse({ q, order: 'newest', limit: 200, from: one.published ?? 0 });
          // A single character without a word's letters around it can't be promised; words of the text can.
          if (termsOf(q).length > 0 && !text.includes('"')) expect(page.items.map(({ uri }) => uri)).toContain(one.uri);
          await locker.records.browse({ q, order: 'best', limit: 5 });
        }
      }),
      { numRuns: RUNS },
    );
  },
  SOAK_MS,
);

test(
  'a run of a language without spaces is found by any part of it',
  async () => {
    await using locker = await openRecords();
    const character = fc.constantFrom(...'東京都全文検索ひらがなカタカナー한국어กรุงเทพมหานคร');
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(character, { minLength: 1, maxLength: 12 }),
        fc.nat(),
        fc.nat(),
        async (run, from, length) => {
          const start = from % run.length;
          const part = run.slice(start, start + 1 + (length % (run.length - start))).join('');
          const one = note(number++, { content: `x${run.join('')} y` });
          await locker.import('a', [one]);
          const page = await locker.records.browse({ q: part, order: 'newest', limit: 200 });
          expect(page.items.map(({ uri }) => uri)).toContain(one.uri);
        },
      ),
      { numRuns: RUNS },
    );
  },
  SOAK_MS,
);
