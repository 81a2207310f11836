import { expect, test } from 'vitest';
import type { Manifest } from '../../protocol/manifest.ts';
import { hoursText, ordinal, reasonText, type ReasonContext } from './reason-text.ts';

const PARAMS = [
  'number',
  'percent',
  'hours',
  'row',
  'author',
  'word',
  'host',
  'setting:mode',
  'setting:limit',
] as const;

const context: ReasonContext = {
  manifest: {
    name: { en: 'Test' },
    reasons: [
      {
        code: 'all',
        params: PARAMS.map((as, place) => ({ name: `p${String(place)}`, as })),
        text: { en: PARAMS.map((_, place) => `{p${String(place)}}`).join(' | ') },
      },
    ],
    settings: [
      {
        type: 'enum',
        key: 'mode',
        label: { en: 'Mode' },
        options: [
          { value: 'a', label: { en: 'the first way' } },
          { value: 'b', label: { en: 'the second way' } },
        ],
        default: 'a',
      },
      { type: 'number', key: 'limit', label: { en: 'Limit' }, min: 0, max: 9, step: 1, default: 1 },
    ],
  } as unknown as Manifest,
  settings: { mode: 'b', limit: 2.5 },
  labels: [],
  lists: {
    words: [{ value: 'tax', targets: ['content'], severity: 3, excludeFollowing: false, expiresAt: null }],
    hosts: ['bad.example'],
  },
  authorName: (key) => (key === 5 ? 'Ann' : null),
  postAuthorName: (id) => (id === 6 ? 'Ben $&' : null),
};

test('numbers become words by their kind', () => {
  expect(reasonText(context, 0, [1234.567, 0.256, 30, 6, 5, 0, 0, NaN, NaN])).toEqual({
    code: 'all',
    text: '1,235 | 25.6 % | 30 hours | a post by Ben $& | Ann | tax | bad.example | the second way | 2.5',
  });
});

test('what is not known is said so', () => {
  expect(reasonText(context, 0, [NaN, NaN, NaN, 7, 8, 9, 9]).text).toBe(
    'unknown | unknown | unknown | another post | somebody | a word on your list | a host on your list | the second way | 2.5',
  );
  expect(reasonText(context, 4, [])).toEqual({ code: 'unknown', text: 'Test' });
});

test('lengths of time in the unit a person would use', () => {
  expect([0.5, 1, 47, 49, 24 * 59, 24 * 90, 24 * 800].map(hoursText)).toEqual([
    '30 minutes',
    '1 hour',
    '47 hours',
    '2 days',
    '59 days',
    '3 months',
    '2 years',
  ]);
});

test('ranks', () => {
  expect([1, 2, 3, 4, 11, 12, 13, 21, 111, 1002].map(ordinal)).toEqual([
    '1st',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '12th',
    '13th',
    '21st',
    '111th',
    '1,002nd',
  ]);
});
