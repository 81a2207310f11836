import { describe, expect, test } from 'vitest';
import { cellOf, columnsOf } from './example.ts';

const powers = { plain: (html: string) => html.replace(/<[^>]+>/g, ''), time: () => 'then', empty: 'empty' };

describe('a cell', () => {
  test.each([
    ['content', '<p>Hello <b>there</b></p>', 'Hello there'],
    ['title', '<b>', '<b>'],
    ['published', '2026-01-02T03:04:05Z', 'then'],
    ['likes', 0, '0'],
    ['mine', false, 'false'],
    ['tags', ['a', 'b'], 'a, b'],
    ['tags', [], 'empty'],
    ['warning', null, 'empty'],
    ['warning', undefined, 'empty'],
    ['media', [{ kind: 'image' }], '{"kind":"image"}'],
  ])('%s %j', (field, value, text) => {
    expect(cellOf(field, value, powers)).toBe(text);
  });
  test('is short', () => {
    expect(cellOf('content', 'word '.repeat(200), powers).length).toBeLessThanOrEqual(140);
  });
});

test('columns keep the order of the fields, and nothing released is left out', () => {
  expect(
    columnsOf(
      ['content', 'likes', 'tags'],
      [
        { tags: [], content: 'a' },
        { extra: 1, content: 'b' },
      ],
    ),
  ).toEqual(['content', 'tags', 'extra']);
});
