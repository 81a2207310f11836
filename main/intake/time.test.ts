import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTime } from './time.ts';

function iso(text: string): string | null {
  const time = readTime(text);
  return time === null ? null : `${new Date(time.at).toISOString()}${time.estimated ? ' ?' : ''}`;
}

describe('readTime', () => {
  test.each([
    ['2003-12-31T10:14:55Z', '2003-12-31T10:14:55.000Z'],
    ['2003-12-31T10:14:55.250+02:00', '2003-12-31T08:14:55.250Z'],
    ['2003-12-31T10:14:55', '2003-12-31T10:14:55.000Z ?'],
    ['2003-12-31T10:14Z', '2003-12-31T10:14:00.000Z'],
    ['2003-12-31', '2003-12-31T00:00:00.000Z ?'],
    ['20031231', '2003-12-31T00:00:00.000Z ?'],
    ['2003-12', '2003-12-01T00:00:00.000Z ?'],
    ['2003', '2003-01-01T00:00:00.000Z ?'],
    ['2003-335', '2003-12-01T00:00:00.000Z ?'],
    ['2004-W53-6', '2005-01-01T00:00:00.000Z ?'],
    ['2024-05-11 13:10:54 UTC', '2024-05-11T13:10:54.000Z'],
    ['Thu, 01 Jan 2004 19:48:21 GMT', '2004-01-01T19:48:21.000Z'],
    ['Thu, 01 Jan 2004 19:48:21 EST', '2004-01-02T00:48:21.000Z'],
    ['01 Jan 04 19:48 +0100', '2004-01-01T18:48:00.000Z'],
    ['Thu, 1 January 2004', '2004-01-01T00:00:00.000Z ?'],
    ['Thu Jan  1 19:48:21 2004', '2004-01-01T19:48:21.000Z ?'],
    ['Wed Nov 23 12:34:56 +0000 2011', '2011-11-23T12:34:56.000Z'],
    ['Jan 1, 2004 7:48 PM GMT', '2004-01-01T19:48:00.000Z'],
    ['1/31/2004 10:00:00 PM', '2004-01-31T22:00:00.000Z ?'],
    ['Thu, 01 Jan 2004 19:48:21 -0000', '2004-01-01T19:48:21.000Z'],
  ])('%s', (text, expected) => {
    expect(iso(text)).toBe(expected);
  });

  test.each(['', 'yesterday', '2003-13-01', '2003-12-32', '99:99', '1903-01-01', '31 Foo 2004'])(
    'refuses %j',
    (text) => {
      expect(readTime(text)).toBeNull();
    },
  );

  test('reads back every moment that it could have been written as', () => {
    const moment = fc.date({ min: new Date(0), max: new Date(Date.UTC(2199, 0)), noInvalidDate: true });
    fc.assert(
      fc.property(moment, (date) => {
        expect(readTime(date.toISOString())).toEqual({ at: date.getTime(), estimated: false });
        expect(readTime(date.toUTCString())?.at).toBe(Math.floor(date.getTime() / 1000) * 1000);
      }),
    );
  });

  test('ends on any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => void readTime(text)));
    expect(readTime('1 '.repeat(50_000))).toBeNull();
  });
});
