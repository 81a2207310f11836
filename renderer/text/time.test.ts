import { describe, expect, test } from 'vitest';
import { ago, duration, fullTime, isTimeZone } from './time.ts';

const now = Date.UTC(2026, 2, 10, 12, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('how long ago', () => {
  test.each([
    [0, 'now'],
    [59_000, 'now'],
    [MINUTE, '1m ago'],
    [59 * MINUTE, '59m ago'],
    [HOUR, '1h ago'],
    [23 * HOUR, '23h ago'],
    [DAY, 'yesterday'],
    [6 * DAY, '6d ago'],
    [7 * DAY, 'Mar 3'],
    [400 * DAY, 'Feb 3, 2025'],
  ])('%d ms', (past, text) => {
    expect(ago(now - past, now, 'UTC')).toBe(text);
  });

  test('a time to come is a date, in the owner’s time zone', () => {
    expect(ago(now + 13 * HOUR, now, 'UTC')).toBe('Mar 11');
    expect(ago(now + 11 * HOUR + 30 * MINUTE, now, 'Asia/Tokyo')).toBe('Mar 11');
    expect(ago(now + 11 * HOUR + 30 * MINUTE, now, 'America/New_York')).toBe('Mar 10');
  });
});

test('full times name the day and the hour there', () => {
  expect(fullTime(now, 'Asia/Tokyo')).toMatch(/^March 10, 2026 at 9:00/);
});

test('durations are rounded to one unit and never zero', () => {
  expect(duration(10)).toBe('1 second');
  expect(duration(45_000)).toBe('45 seconds');
  expect(duration(3 * MINUTE)).toBe('3 minutes');
  expect(duration(2 * HOUR)).toBe('2 hours');
});

test('time zones', () => {
  expect(isTimeZone('Europe/Berlin')).toBe(true);
  expect(isTimeZone('Mars/Olympus')).toBe(false);
  expect(isTimeZone('')).toBe(false);
});
