import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { Manifest } from '../../protocol/manifest.ts';
import { Vector } from '../../protocol/vector.ts';
import { vectorBatch, vectorCtx } from '../../protocol/vector-batch.ts';
import type { OwnerWord } from '../types.ts';
import { blueskyWord, isIn } from './bluesky-match.ts';
import { BlueskyRules } from './bluesky-rules.ts';
import type { PostText } from './finder.ts';
import manifestJson from './algorithm.json' with { type: 'json' };
import { decide, init } from './index.ts';

const manifest = Manifest.parse(manifestJson);
const runs = { numRuns: process.env['SOAK'] ? 20_000 : 300 };

function word(value: string): OwnerWord {
  return { value, targets: ['content', 'tag'], severity: 3, excludeFollowing: false, expiresAt: null };
}

type Segments = [string, string][];

/** Words found per post, by our own rules unless told otherwise. */
function found(words: string[], posts: Segments[], settings: Record<string, string | boolean> = {}): string[][] {
  const vector = Vector.parse({
    name: 'posts',
    call: 'decide',
    n: posts.length,
    text: posts,
    owner: { words: words.map(word) },
    expect: { decisions: [] },
  });
  const ctx = vectorCtx(vector);
  init(settings, ctx);
  const out = decide(vectorBatch(manifest, vector), ctx);
  return posts.map((_, row) =>
    Array.from(out.row.keys())
      .filter((place) => out.row[place] === row)
      .map((place) => words[out.args[place] ?? -1] ?? '?'),
  );
}

function isFound(value: string, text: string, settings = {}): boolean {
  return found([value], [[['content', text]]], settings)[0]?.length === 1;
}

describe('our own rules', () => {
  test.each([
    ['turnip', 'A TURNIP!', true],
    ['turnip', '“turnip”', true],
    ['turnip', 'turnips', false],
    ['turnip', 'cats/turnip', true],
    ['cat', 'concatenate', false],
    ['cat', 'cat', true],
    ["don't", 'I don’t know', true],
    ['dont', "I don't know", true],
    ['c++', 'C++ or C', true],
    ['c++', 'vitamin C', false],
    ['.net', 'the net', false],
    ['harbor walk', 'harbor\n\nwalk', true],
    ['harbor walk', 'harbor a walk', false],
    ['harbor walk', 'harbor walks', false],
    ['usa', 'made in U.S.A. today', true],
    ['turnip', 'tur\u00adnip', true],
    ['ＡＢＣ', 'abc', true],
    ['οδός', 'ΟΔΌΣ', true],
    ['café', 'cafe\u0301', true],
    ['cafe', 'café', false],
    ['🔥', 'hot🔥take', true],
    ['#️⃣', 'press #️⃣ now', true],
    ['花火', '昨日の花火大会', true],
    ['選挙', '選んで挙げる', false],
    ['ฟุตบอล', 'ดูฟุตบอลเมื่อคืน', true],
    ['bóng đá', 'xem bóng đá tối qua', true],
    ['   ', 'nothing to see', false],
  ])('%s in "%s": %s', (value, text, expected) => {
    expect(isFound(value, text)).toBe(expected);
  });

  test('accents are ignored when asked for', () => {
    expect(isFound('cafe', 'Un CAFÉ', { ignoreAccents: true })).toBe(true);
    expect(isFound('축구', '축구', { ignoreAccents: true })).toBe(true);
  });

  test('segments do not run into each other, and settings leave kinds out', () => {
    const posts: Segments[] = [
      [
        ['content', 'har'],
        ['content', 'bor'],
      ],
      [['content', 'x harbor']],
      [['warning', 'harbor']],
      [['alt', 'harbor']],
      [['card', 'harbor']],
      [['quote', 'harbor']],
    ];
    expect(found(['harbor'], posts).map((words) => words.length)).toEqual([0, 1, 1, 1, 1, 1]);
    const none = { warnings: false, descriptions: false, cards: false, quotes: false };
    expect(found(['harbor'], posts, none).map((words) => words.length)).toEqual([0, 1, 0, 0, 0, 0]);
  });

  test('a tag is one name, however it is written', () => {
    const posts: Segments[] = [
      [['tag', 'HarborWalk']],
      [['tag', 'harbor_walk']],
      [['tag', 'harbor']],
      [['tag', 'a harbor walk']],
    ];
    expect(found(['harbor walk', '#harbor'], posts)).toEqual([['harbor walk'], ['harbor walk'], ['#harbor'], []]);
  });

  test('a word between separators is always found, inside another word never', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 1, maxLength: 6 });
    const gap = fc.constantFrom(' ', ', ', '\n', '/', '-', '…', ' 🔥', '$', '(');
    fc.assert(
      fc.property(fc.array(fc.tuple(letters, gap), { minLength: 1, maxLength: 8 }), letters, (pairs, value) => {
        const text = pairs.map(([one, between]) => one + between).join('');
        const expected = pairs.some(([one]) => one === value);
        // Letters with inner punctuation may also be read as one.
        if (expected) expect(isFound(value, text)).toBe(true);
        else if (isFound(value, text)) expect(text.replace(/[-…$(]|🔥/gu, '')).toContain(value);
      }),
      runs,
    );
  });
});

describe('Bluesky’s rules', () => {
  test('one pass over the text finds exactly what word by word and post by post finds', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      'ab',
      'İ',
      'ß',
      'Σ',
      'ς',
      ' ',
      '  ',
      '-',
      '/',
      '.',
      '$',
      '🔥',
      '\n',
      '花',
      '火',
      '…',
      '𐄀',
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        (texts, values, inside) => {
          const rules = new BlueskyRules(values.map(word));
          const off = [0];
          for (const one of texts) off.push((off.at(-1) ?? 0) + one.length);
          const post: PostText = {
            arena: texts.join(''),
            off: Uint32Array.from(off),
            kind: new Uint8Array(texts.length),
            first: 0,
            last: texts.length,
            language: inside ? 'ja' : 'en',
            wanted: () => true,
          };
          const got: string[] = [];
          rules.find(post, (which, segment) => got.push(`${segment} ${which}`));
          const expected = texts.flatMap((one, segment) =>
            values.flatMap((value, which) =>
              isIn(one.toLowerCase(), blueskyWord(value), inside) ? [`${segment} ${which}`] : [],
            ),
          );
          expect(got.sort()).toEqual(expected.sort());
        },
      ),
      runs,
    );
  });
});

test('the page names every difference to Bluesky’s rules that the reference test lists', () => {
  const page = readFileSync(new URL('page.md', import.meta.url), 'utf8').toLowerCase();
  const source = readFileSync(new URL('bluesky-reference.test.ts', import.meta.url), 'utf8');
  const names = [...source.matchAll(/^ {2}'(.+)': \[/gmu)].map(([, name]) => name ?? '');
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(page).toContain(name);
});
