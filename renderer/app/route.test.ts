import { expect, test } from 'vitest';
import { hashOf, parsePlace } from './route.svelte.ts';

test('places come back from the address bar', () => {
  const { screen, query } = parsePlace(hashOf('data', { q: 'a b&c', run: '7' }));
  expect(screen).toBe('data');
  expect(Object.fromEntries(query)).toEqual({ q: 'a b&c', run: '7' });
});

test.each(['', '#', '#/', '#/nowhere', '#launch=abc'])('%j is the feed', (hash) => {
  expect(parsePlace(hash).screen).toBe('feed');
});
