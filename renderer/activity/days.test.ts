import { expect, test } from 'vitest';
import { fillDays, roundTop, sumOf, today } from './days.ts';

const day = (date: string, rows: number, requests = 1, refused = 0) => ({ date, rows, requests, refused, bytes: 0 });

test('days without a line are there, as nothing, over the turn of a month', () => {
  const filled = fillDays([day('2026-03-01', 5), day('2026-01-01', 9)], '2026-03-02', 4);
  expect(filled.map(({ date, rows }) => `${date} ${rows}`)).toEqual([
    '2026-02-27 0',
    '2026-02-28 0',
    '2026-03-01 5',
    '2026-03-02 0',
  ]);
});

test('a day that has already begun for the log is not cut off', () => {
  expect(fillDays([day('2026-03-03', 1)], '2026-03-02', 2).map(({ date }) => date)).toEqual([
    '2026-03-02',
    '2026-03-03',
  ]);
});

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 5],
  [10, 10],
  [11, 20],
  [4999, 5000],
  [9999, 10_000],
])('the scale for %i ends at %i', (most, top) => {
  expect(roundTop(most)).toBe(top);
});

test('sums, with the highest day', () => {
  const days = [day('2026-03-01', 5, 2, 1), day('2026-03-02', 7), day('2026-03-03', 0)];
  expect(sumOf(days, 'rows')).toMatchObject({ rows: 12, requests: 4, refused: 1, top: { date: '2026-03-02' } });
  expect(sumOf(days, 'requests').top?.date).toBe('2026-03-01');
  expect(sumOf([day('2026-03-03', 0, 0)], 'rows').top).toBeNull();
});

test('the log cuts days in UTC', () => {
  expect(today(Date.UTC(2026, 2, 3, 23, 59))).toBe('2026-03-03');
});
