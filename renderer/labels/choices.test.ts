import { expect, test } from 'vitest';
import { choiceOf, CHOICES, hiddenPosts, USUAL, usualText } from './choices.ts';

test('a control’s value is a choice, or none', () => {
  expect(CHOICES.map((choice) => choiceOf(String(choice)))).toEqual(CHOICES);
  expect(choiceOf(USUAL)).toBeNull();
  expect(usualText(3)).toBe('As usual: Hide');
});

test('posts that would be hidden follow what was chosen, and are never more than all', () => {
  const values = [
    { value: 'spam', advised: 3 as const, posts: 4 },
    { value: 'rude', advised: 1 as const, posts: 5 },
  ];
  expect(hiddenPosts(values, new Map(), 8)).toBe(4);
  expect(hiddenPosts(values, new Map([['spam', -1]]), 8)).toBe(0);
  expect(hiddenPosts(values, new Map([['rude', 3]]), 8)).toBe(8);
});
