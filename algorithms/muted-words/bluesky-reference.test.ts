import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OwnerWord } from '../types.ts';
import { Vector } from '../../protocol/vector.ts';
import { vectorBatch, vectorCtx } from '../../protocol/vector-batch.ts';
import { Manifest } from '../../protocol/manifest.ts';
import manifestJson from './algorithm.json' with { type: 'json' };
import { decide, init } from './index.ts';
import { tidyWord } from './tidy.ts';

const corpus = process.env['LOCKER_CORPUS'];
const manifest = Manifest.parse(manifestJson);

interface ReferenceCase {
  id: string;
  category: string;
  muted_words: { value: string; targets: ('content' | 'tag')[]; actorTarget?: string; expiresAt?: string }[];
  text: string;
  facet_tags: string[];
  outline_tags: string[];
  languages: string[];
  author_followed: boolean | null;
  expected: { muted: boolean; matches: { word: number }[] };
}

interface Reference {
  about: { clock: string };
  sanitize: { input: string; output: string }[];
  cases: ReferenceCase[];
}

/** Times that are none, or the reference compares as text, stand for "never" there as here. */
function expiry(text: string | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : time;
}

function wordsFound(one: ReferenceCase, clock: string, rules: 'own' | 'bluesky'): number[] {
  const words: OwnerWord[] = one.muted_words.map(({ value, targets, actorTarget, expiresAt }) => ({
    value,
    targets,
    severity: 3,
    excludeFollowing: actorTarget === 'exclude-following',
    expiresAt: expiry(expiresAt),
  }));
  const tags = [...one.facet_tags, ...one.outline_tags].map((tag): ['tag', string] => ['tag', tag]);
  const vector = Vector.parse({
    name: one.id,
    call: 'decide',
    now: Date.parse(clock),
    n: 1,
    post: { authorIdx: [one.author_followed === null ? null : 0], langIdx: [one.languages.length > 0 ? 0 : null] },
    author: { iFollow: [one.author_followed === true ? 1 : 0] },
    langs: one.languages,
    text: [[['content', one.text], ...tags]],
    owner: { words },
    expect: { decisions: [] },
  });
  const ctx = vectorCtx(vector);
  init({ rules }, ctx);
  return Array.from(decide(vectorBatch(manifest, vector), ctx).args).sort((a, b) => a - b);
}

describe.skipIf(corpus === undefined)('agreement with Bluesky’s client', () => {
  let reference: Reference;

  beforeAll(() => {
    const file = join(corpus ?? '', 'reference-rankers/bluesky-muted-words.json');
    reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;
  });

  test('the agreeing rules find the same words in every case', () => {
    const wrong = reference.cases.filter((one) => {
      const expected = one.expected.matches.map(({ word }) => word);
      return JSON.stringify(wordsFound(one, reference.about.clock, 'bluesky')) !== JSON.stringify(expected);
    });
    console.log(`muted words: ${reference.cases.length - wrong.length} of ${reference.cases.length} cases agree`);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test('words are tidied the same way', () => {
    const got = reference.sanitize.map(({ input }) => tidyWord(input));
    expect(got).toEqual(reference.sanitize.map(({ output }) => output));
  });

  test('our own rules differ only where they are meant to', () => {
    const differing = reference.cases.filter((one) => {
      const expected = one.expected.matches.map(({ word }) => word);
      return JSON.stringify(wordsFound(one, reference.about.clock, 'own')) !== JSON.stringify(expected);
    });
    const same = reference.cases.length - differing.length;
    console.log(`own rules: ${same} of ${reference.cases.length} cases agree, ${differing.length} differ as listed`);
    expect(differing.map(({ id }) => id).sort()).toEqual(Object.values(MEANT).flat().sort());
  });
});

/** Cases in which our own rules are meant to answer otherwise, by the difference as the page names it. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  'symbols and emoji beside a word do not hide it': [
    'mw-d016',
    'mw-d018',
    'mw-d019',
    'mw-d020',
    'mw-d021',
    'mw-d022',
    'mw-d078',
    'mw-d104',
  ],
  'words after and beside a slash are seen': ['mw-d046', 'mw-d049', 'mw-d071', 'mw-d207'],
  'phrases may be parted by more than one space, a line break or punctuation': [
    'mw-d037',
    'mw-d082',
    'mw-d083',
    'mw-d084',
  ],
  'phrases are whole words too': ['mw-d086', 'mw-d087', 'mw-d092', 'mw-d093'],
  'single characters are whole words too': ['mw-d094', 'mw-d100', 'mw-d106'],
  'an empty word mutes nothing': ['mw-d102'],
  'scripts without spaces are searched inside words whatever languages the post declares': [
    'mw-d108',
    'mw-d109',
    'mw-d110',
    'mw-d114',
    'mw-d115',
    'mw-d116',
    'mw-d120',
    'mw-d121',
    'mw-d122',
    'mw-d126',
    'mw-d127',
    'mw-d128',
    'mw-d137',
    'mw-d138',
    'mw-d139',
    'mw-d140',
  ],
  'in a post of such a language, words of other scripts are still whole words': [
    'mw-d112',
    'mw-d118',
    'mw-d124',
    'mw-d130',
    'mw-d136',
    'mw-d209',
    'mw-d217',
    'mw-d227',
  ],
  'a value with a hash sign finds the tag': ['mw-d164'],
};
