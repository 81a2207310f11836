import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zoneOffsets } from './local-time.ts';

const HOUR = 3_600_000;

test('offsets of zones with and without summer time, and with odd offsets', () => {
  const berlin = zoneOffsets('Europe/Berlin');
  expect(berlin(Date.UTC(2024, 0, 15))).toBe(HOUR);
  expect(berlin(Date.UTC(2024, 6, 15))).toBe(2 * HOUR);
  // The clocks go forward at 01:00 UTC on 31 March 2024.
  expect(berlin(Date.UTC(2024, 2, 31, 0, 59))).toBe(HOUR);
  expect(berlin(Date.UTC(2024, 2, 31, 1, 0))).toBe(2 * HOUR);
  expect(zoneOffsets('Asia/Kathmandu')(Date.UTC(2024, 0, 1))).toBe(5.75 * HOUR);
  expect(zoneOffsets('Australia/Lord_Howe')(Date.UTC(2024, 0, 1))).toBe(11 * HOUR);
});

test('an unknown zone is UTC', () => {
  expect(zoneOffsets('Nowhere/Nothing')(Date.UTC(2024, 6, 1))).toBe(0);
});

test('agrees with the calendar at any time', () => {
  const offsetAt = zoneOffsets('America/New_York');
  const format = new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', hour: 'numeric', hourCycle: 'h23' });
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2035, 0) }), (at) => {
      expect(new Date(at + offsetAt(at)).getUTCHours()).toBe(Number(format.format(at)) % 24);
    }),
  );
});
