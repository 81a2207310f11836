import { expect, test } from 'vitest';
import type { OwnerLabel } from '../../protocol/batch.ts';
import { labelRows, NO_LABELS, type LabelsInForce } from './label-rows.ts';
import { pickPosts } from './post-set.ts';
import { fakePosts } from './testing/fake-posts.ts';

function kind(value: string, about: OwnerLabel['about'] = 'post'): OwnerLabel {
  return { source: 'Labeler', value, about, severity: null, advised: 1 };
}

const POSTS = fakePosts([
  { id: 40, author: 7 },
  { id: 30, author: 8 },
  { id: 20, author: 7 },
  { id: 10, author: 9 },
]);
const IN_FORCE: LabelsInForce = {
  kinds: [kind('spam'), kind('rude'), kind('listed', 'account'), kind('suspend', 'host')],
  sources: ['a', 'a', 'b', 'c'],
  posts: { keys: Float64Array.of(5, 10, 30, 30), kinds: Uint32Array.of(0, 1, 0, 1) },
  accounts: { keys: Float64Array.of(9), kinds: Uint32Array.of(2) },
  hosts: new Map([['bad.example', [3]]]),
  spared: new Map(),
};

function words(inForce: LabelsInForce, posts = POSTS): { posts: string[][]; authors: string[][] } {
  const { batch, labels } = labelRows(posts, inForce);
  const read = (off: Uint32Array, list: Uint32Array): string[][] =>
    Array.from(off.subarray(0, -1), (from, row) =>
      Array.from(list.subarray(from, off[row + 1]), (label) => labels[label]?.value ?? '?'),
    );
  return { posts: read(batch.postOff, batch.post), authors: read(batch.authorOff, batch.author) };
}

test('each post and author has its labels; a set of other posts has its own', () => {
  expect(words(IN_FORCE)).toEqual({ posts: [[], ['spam', 'rude'], [], ['rude']], authors: [[], [], ['listed']] });
  expect(words(IN_FORCE, pickPosts(POSTS, Uint32Array.of(3, 1)))).toEqual({
    posts: [['rude'], ['spam', 'rude']],
    authors: [['listed'], []],
  });
  expect(words(NO_LABELS)).toEqual({ posts: [[], [], [], []], authors: [[], [], []] });
});

test('only labels that are there are told, and the number of one leads back to it', () => {
  const { labels, kinds } = labelRows(POSTS, IN_FORCE);
  expect(labels.map(({ value }) => value)).toEqual(['spam', 'rude', 'listed']);
  expect(Array.from(kinds, (at) => IN_FORCE.kinds[at])).toEqual(labels);
});

test('a server stands for the names below it, and for no others', () => {
  const hosts = ['sub.bad.example', 'notbad.example', 'bad.example'];
  const authors = new Map(
    Array.from(POSTS.context.authors, ([key, facts], at) => [key, { ...facts, host: hosts[at] ?? null }]),
  );
  const posts = fakePosts(
    [
      { id: 4, author: 7 },
      { id: 3, author: 8 },
      { id: 2, author: 9 },
    ],
    { authors },
  );
  const byHost = new Map(Array.from(authors, ([key, { host }]) => [key, host]));
  const told = words({ ...IN_FORCE, accounts: NO_LABELS.accounts }, posts).authors;
  expect(told).toEqual(
    [7, 8, 9].map((key) => (['sub.bad.example', 'bad.example'].includes(byHost.get(key) ?? '') ? ['suspend'] : [])),
  );
});

test('a label that the owner keeps off a person is on none of the person’s accounts, and other labels stay', () => {
  const authors = new Map(
    Array.from(POSTS.context.authors, ([key, facts]) => [key, { ...facts, person: key === 9 ? 8 : facts.person }]),
  );
  const posts = fakePosts(
    [
      { id: 30, author: 8 },
      { id: 10, author: 9 },
    ],
    { authors },
  );
  const spared = new Map([[1, new Set([8])]]);
  expect(words({ ...IN_FORCE, spared }, posts)).toEqual({ posts: [['spam'], []], authors: [[], ['listed']] });
});
