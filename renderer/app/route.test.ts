import { expect, test } from 'vitest';
import { hashOf, parsePlace } from './route.svelte.ts';

test('places come back from the address bar', () => {
  const { screen, id, query } = parsePlace(hashOf('data', { q: 'a b&c', run: '7' }));
  expect(screen).toBe('data');
  expect(id).toBeNull();
  expect(Object.fromEntries(query)).toEqual({ q: 'a b&c', run: '7' });
});

test('one thing of a screen comes back, too', () => {
  const { screen, id, query } = parsePlace(hashOf('requests', { from: 'tray' }, 'a/b?c'));
  expect(screen).toBe('requests');
  expect(id).toBe('a/b?c');
  expect(query.get('from')).toBe('tray');
});

test.each(['', '#', '#/', '#/nowhere', '#launch=abc'])('%j is the feed', (hash) => {
  expect(parsePlace(hash).screen).toBe('feed');
});

test('an address that cannot be decoded names nothing', () => {
  expect(parsePlace('#/services/%E0%A4%A')).toMatchObject({ screen: 'services', id: null });
});
