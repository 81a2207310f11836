import { describe, expect, test } from 'vitest';
import { heat } from './hacker-news/index.ts';
import { confidence, controversy, hot } from './reddit/formulas.ts';
import { repeatFactor } from './spread/decay.ts';
import { decay } from './weighted-mix/mix.ts';

describe('values of the published formulas', () => {
  test.each([
    [31, 60, 2.103191148],
    [61, 240, 1.051595574],
    [201, 1440, 0.196730624],
  ])('Hacker News: %d points after %d minutes', (points, minutes, expected) => {
    expect(heat(points - 1, minutes / 60)).toBeCloseTo(expected, 9);
  });

  test.each([
    [10, 0, 1134028003, 1],
    [100, 0, 1134073003, 3],
    [5, 5, 1700000000, 12577.1554889],
    [1000, 10, 1700000000, 12580.1511241],
  ])('Reddit hot: %d up, %d down at %d', (ups, downs, seconds, expected) => {
    expect(hot(ups, downs, seconds)).toBe(expected);
  });

  test.each([
    [10, 10, 20],
    [100, 1, 1.0472327459898225],
    [30, 20, 13.572088082974531],
  ])('Reddit controversial: %d up, %d down', (ups, downs, expected) => {
    expect(controversy(ups, downs)).toBeCloseTo(expected, 12);
  });

  test.each([
    [1, 0, 0.378447503],
    [10, 0, 0.858931318],
    [60, 40, 0.536089556],
    [400, 100, 0.776109204],
  ])('Reddit best: %d up, %d down', (ups, downs, expected) => {
    expect(confidence(ups, downs)).toBeCloseTo(expected, 6);
  });

  test.each([
    [1, 0.869565217],
    [6, 0.301203215],
    [12, 0.063494158],
    [24, 0.001775843],
  ])('fedialgo fading, weight 1.5, after %d hours', (hours, expected) => {
    expect(decay(1.5, hours)).toBeCloseTo(expected, 9);
  });

  test('spread: what further posts of an author count', () => {
    expect([0, 1, 2, 3, 4].map((k) => repeatFactor(k, 0.5, 0.25))).toEqual([1, 0.625, 0.4375, 0.34375, 0.296875]);
  });
});
