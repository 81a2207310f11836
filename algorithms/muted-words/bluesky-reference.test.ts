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

  test('words are tidied the same way, but for the space that follows a hash sign', () => {
    const got = reference.sanitize.map(({ input }) => tidyWord(input));
    expect(got).toEqual(reference.sanitize.map(({ output }) => output));
  });

  test('our own rules differ only where meant', () => {
    const differing = reference.cases.flatMap((one) => {
      const expected = one.expected.matches.map(({ word }) => word);
      const got = wordsFound(one, reference.about.clock, 'own');
      return JSON.stringify(got) === JSON.stringify(expected)
        ? []
        : [
            [
              one.id,
              one.category,
              one.muted_words.map((m) => m.value + ':' + m.targets),
              one.text,
              one.facet_tags,
              one.languages,
              expected,
              got,
            ],
          ];
    });
    for (const d of differing) console.log(JSON.stringify(d));
  });
});
