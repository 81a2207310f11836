import { expect, test } from 'vitest';
import { Needs } from '../../protocol/manifest.ts';
import { widerReads } from './wider-needs.ts';

const needs = (more: object): Needs => Needs.parse(more);

test('tells what is read anew, and nothing where less is', () => {
  const old = needs({ post: ['likes'], text: 'tokens', owner: ['words'] });
  expect(widerReads(old, old)).toEqual([]);
  expect(widerReads(old, needs({}))).toEqual([]);
  expect(widerReads(old, needs({ post: ['likes', 'replies'] }))).toEqual(['how many replies a post has']);
  expect(widerReads(old, needs({ text: 'full' }))[0]).toMatch(/^the text of posts/);
  expect(widerReads(old, needs({ owner: ['words', 'hosts'], labels: true }))).toHaveLength(2);
  expect(widerReads(needs({ text: 'full' }), needs({ text: 'tokens' }))).toEqual([]);
  expect(widerReads(old, needs({ author: ['followers'] }))).toHaveLength(1);
});
