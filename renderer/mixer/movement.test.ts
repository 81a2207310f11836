import { expect, test } from 'vitest';
import { lacking } from './lacking.ts';
import { cameIn, sayGone, sayShift } from './movement.ts';

const heat = { entry: 'heat', name: 'Heat', how: 'lifts' as const };

test('how far a post moved, and where one that came in was', () => {
  expect(sayShift({ places: 8, entered: false, from: 9, by: heat })).toBe('↑ 8');
  expect(sayShift({ places: -2, entered: false, from: 1, by: heat })).toBe('↓ 2');
  expect(sayShift({ places: 1200, entered: true, from: 1234, by: heat })).toBe('in, from 1,234');
  expect(sayShift({ places: null, entered: true, from: null, by: null })).toBe('came in');
  expect(cameIn({ places: 56, entered: true, from: 60, by: heat })).toBe('Came in: Heat lifts it');
  expect(cameIn({ places: 56, entered: false, from: 60, by: heat })).toBeNull();
  expect(cameIn(undefined)).toBeNull();
});

test('what became of a post that left, and why', () => {
  const move = { record: '1', from: 12, to: 64, by: { ...heat, how: 'sinks' as const } };
  expect(sayGone(move)).toBe('12 → 64 · Heat sinks it');
  expect(sayGone({ ...move, by: null })).toBe('12 → 64 · others passed it');
  expect(sayGone({ ...move, to: null, by: { ...heat, how: 'hides' } })).toBe('12 → out · Heat hides it');
  expect(sayGone({ ...move, to: null, by: null })).toBe('12 → out · the mix does not look at it');
});

test('a setting about a column without values says what is missing', () => {
  const known = new Set(['likes']);
  expect(lacking('likes', known)).toBeNull();
  expect(lacking(undefined, known)).toBeNull();
  expect(lacking('replies', null)).toBeNull();
  expect(lacking('replies', known)).toBe('Nothing here tells how many replies a post has, so it changes nothing.');
  expect(lacking('followers', known)).toContain('how many followers an author has');
  expect(lacking('tagsLiked', known)).toBe('Your locker keeps nothing that this could count, so it changes nothing.');
});
