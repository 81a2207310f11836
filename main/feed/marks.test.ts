import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { OWNER_ENTRY, type Effects, type RowCause } from './effects.ts';
import { NO_LABELS } from './label-rows.ts';
import { marksOf, type Marks } from './marks.ts';
import type { Member } from './member.ts';
import type { PostSet } from './post-set.ts';
import { fakePosts } from './testing/fake-posts.ts';

const MEMBER = {
  place: 0,
  entry: { entry: 'words' },
  algorithm: {
    manifest: {
      id: 'org.example.words',
      name: { en: 'Words' },
      reasons: [
        {
          code: 'copy',
          params: [
            { name: 'of', as: 'row' },
            { name: 'by', as: 'author' },
          ],
          text: { en: 'Copies {of}, by {by}' },
        },
      ],
    },
  },
  settings: {},
} as unknown as Member;
const LISTS = { words: [], hosts: [] };

function cause(over: Partial<RowCause>): RowCause {
  return { entry: 0, severity: 1, target: 0, reason: 0, args: [], repeats: null, ...over };
}

function made(): { marks: Marks; posts: WeakRef<PostSet> } {
  const posts = fakePosts([
    { id: 30, author: 7 },
    { id: 20, author: 8 },
    { id: 10, author: 9 },
  ]);
  const effects: Effects = {
    severity: Int8Array.of(1, -1, 3),
    causes: new Map([
      [0, [cause({ args: [20, 9] }), cause({ args: [99, 99], repeats: 'boost' })]],
      [2, [cause({ entry: OWNER_ENTRY, severity: 3 })]],
    ]),
  };
  return { marks: marksOf(posts, effects, [MEMBER], { lists: LISTS, labels: NO_LABELS }), posts: new WeakRef(posts) };
}

it('says by record id why a post is marked', () => {
  const { marks } = made();
  expect([...marks.marked()]).toEqual([30, 10]);
  expect(marks.of(30).map(({ reason }) => reason.text)).toEqual([
    'Copies a post by Person 8, by Person 9',
    'Boosts a hidden post: Copies another post, by somebody',
  ]);
  expect(marks.of(10)).toMatchObject([{ entry: 'owner', severity: 3 }]);
  expect(marks.of(20)).toEqual([]);
});

it('does not hold on to the window it was made of', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { marks, posts } = made();
  await expect
    .poll(() => {
      collect();
      return posts.deref() === undefined;
    })
    .toBe(true);
  expect(marks.of(30)).toHaveLength(2);
});
