import { describe, expect, test } from 'vitest';
import { missingPages, nearest, PAGE, shiftsOf } from './pages.ts';

describe('pages to ask for', () => {
  const none = (): boolean => false;
  test('cover the rows and nothing more', () => {
    expect(missingPages(0, 10, 1000, none)).toEqual([0]);
    expect(missingPages(PAGE - 1, PAGE, 1000, none)).toEqual([0, PAGE]);
    expect(missingPages(-5, 3, 1000, none)).toEqual([0]);
  });
  test('end with the feed', () => {
    expect(missingPages(90, 500, 100, none)).toEqual([80]);
    expect(missingPages(0, 40, 0, none)).toEqual([]);
  });
  test('what is there is not asked for again; a page with a hole is', () => {
    expect(missingPages(0, 79, 1000, (row) => row < 40)).toEqual([40]);
    expect(missingPages(0, 39, 1000, (row) => row !== 17)).toEqual([0]);
    expect(missingPages(0, 45, 45, (row) => row < 45)).toEqual([]);
  });
});

test('the nearest rows are kept', () => {
  const rows = new Map(Array.from({ length: 100 }, (_, row) => [row, `p${row}`] as const));
  const kept = nearest(rows, 50, 11);
  expect([...kept.keys()].sort((a, b) => a - b)).toEqual([45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55]);
  expect(nearest(rows, 0, 100)).toBe(rows);
});

test('shifts are places gained or lost, and what came in; what left is none', () => {
  const by = { entry: 'a', name: 'A', how: 'lifts' as const };
  const move = (record: string, from: number | null, to: number | null) => ({ record, from, to, by });
  const first = {
    moves: [move('1', 9, 1), move('2', 1, 3), move('3', 60, 4), move('4', 2, null)],
    entered: ['3'],
    offset: 0,
  };
  const later = { moves: [move('5', null, 41), move('6', 34, 42)], entered: ['5', '6'], offset: 40 };
  expect([...shiftsOf([first, later])]).toEqual([
    ['1', { places: 8, entered: false, from: 9, by }],
    ['2', { places: -2, entered: false, from: 1, by }],
    ['3', { places: 56, entered: true, from: 60, by }],
    ['5', { places: null, entered: false, from: null, by }],
    ['6', { places: -8, entered: false, from: 34, by }],
  ]);
});
