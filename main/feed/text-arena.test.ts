import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullArena, tokenArena, tokenNumbers, type PostTexts } from './text-arena.ts';
import { tokensOf } from './tokens.ts';

const texts = fc
  .array(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }), { maxLength: 6 })
  .map((posts): PostTexts => {
    const postSeg = new Uint32Array(posts.length + 1);
    for (const [p, segments] of posts.entries()) postSeg[p + 1] = (postSeg[p] ?? 0) + segments.length;
    const text = posts.flat();
    return { postSeg, text, kind: new Uint8Array(text.length) };
  });

test('a full arena gives back every segment', () => {
  fc.assert(
    fc.property(texts, (given) => {
      const { arena, off } = fullArena(given);
      expect(given.text.map((_, s) => arena.slice(off[s], off[s + 1]))).toEqual(given.text);
    }),
  );
});

test('equal token numbers, equal tokens', () => {
  fc.assert(
    fc.property(texts, (given) => {
      const dictionary = new Map<string, number>();
      const { arena, off } = tokenArena(given, dictionary);
      const back = [...dictionary.keys()];
      expect(
        given.text.map((_, s) => [...arena.slice(off[s], off[s + 1])].map((number) => back[Number(number)])),
      ).toEqual(given.text.map(tokensOf));
    }),
  );
});

test('tokens are words in lower case, and characters where words are not spaced', () => {
  expect(tokensOf('Don’t PANIC, it’s ½ past ＮＯＯＮ')).toEqual([
    'don',
    't',
    'panic',
    'it',
    's',
    '1',
    '2',
    'past',
    'noon',
  ]);
  expect(tokensOf('東京タワー and กรุงเทพ')).toEqual([
    '東',
    '京',
    'タ',
    'ワ',
    'ー',
    'and',
    'ก',
    'รุ',
    'ง',
    'เ',
    'ท',
    'พ',
  ]);
});

test('a phrase in a batch is found as a run of its numbers', () => {
  const dictionary = new Map<string, number>();
  const { arena } = tokenArena(
    { postSeg: Uint32Array.of(0, 1), kind: Uint8Array.of(0), text: ['hide the spoilers now'] },
    dictionary,
  );
  expect([...arena].join(' ')).toContain(tokenNumbers('The Spoilers', dictionary).join(' '));
});
