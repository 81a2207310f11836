import { describe, expect, test } from 'vitest';
import * as fairHeat from './fair-heat/index.ts';
import { heat } from './hacker-news/index.ts';
import { confidence, controversy, hot } from './reddit/formulas.ts';
import { comeback } from './see-less/index.ts';
import { repeatFactor } from './spread/decay.ts';
import { decay } from './weighted-mix/mix.ts';
import { probability } from './x-weights/index.ts';
import xWeightsJson from './x-weights/algorithm.json' with { type: 'json' };

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

  test.each([
    [10, 1, 0.149374385],
    [100, 24, 0.005700874],
    [-5, 3, 0.016613601],
  ])('Lemmy hot: %d points after %d hours', (points, hours, expected) => {
    expect(fairHeat.heat(points, hours)).toBeCloseTo(expected, 9);
  });

  test('Lemmy scaled: a hot rank divided by log10(2 + 0.1 · active users)', () => {
    expect(fairHeat.heat(1, 0) / fairHeat.scale(1)).toBeCloseTo(Math.log10(3) / 2 ** 1.8 / Math.log10(2.1), 12);
    expect(fairHeat.scale(980)).toBeCloseTo(2, 12);
  });

  test.each([
    [0, 0],
    [13.9, 0],
    [14, 0.2],
    [49, 0.4],
    [84, 0.6],
    [119, 0.8],
    [154, 1],
    [NaN, 1],
  ])('see less: day %d counts %d', (days, expected) => {
    expect(comeback(days)).toBeCloseTo(expected, 12);
  });

  test('X’s published weights are the defaults', () => {
    const defaults = Object.fromEntries(xWeightsJson.settings.map((setting) => [setting.key, setting.default]));
    expect(defaults).toMatchObject({ like: 0.5, reply: 5, mutualReply: 15, repost: 1, quote: 5, notInterested: -43.2 });
    expect(defaults).toMatchObject({ share: 2, shareByMessage: 5, shareByLink: 20, muteAuthor: -58.8 });
    expect(defaults).toMatchObject({ blockAuthor: -31.2, report: -234, outOfNetwork: 0.75 });
  });

  test('a habit is believed the more, the more posts were seen', () => {
    expect(probability(0, 0, 0.1, 10)).toBeCloseTo(0.1, 12);
    expect(probability(5, 10, 0.1, 10)).toBeCloseTo(0.3, 12);
    expect(probability(500, 1000, 0.1, 10)).toBeCloseTo(501 / 1010, 12);
  });
});
