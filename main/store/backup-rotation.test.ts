import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backupName, backupTime, expiredBackups } from './backup-rotation.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-03-02T09:00:00Z'); // a Monday

test('names are read back, others are left alone', () => {
  expect(backupTime(backupName(START))).toBe(START);
  expect(backupTime(backupName(START, 'version-3'))).toBeUndefined();
  expect(expiredBackups(['notes.txt', backupName(0, 'version-1'), 'locker-2026-99-99T00-00-00.000Z.db'])).toEqual([]);
});

test('a backup a day for ten weeks leaves seven days and the newest of four weeks', () => {
  let kept: string[] = [];
  for (let day = 0; day < 70; day++) {
    kept.push(backupName(START + day * DAY));
    const expired = expiredBackups(kept);
    kept = kept.filter((name) => !expired.includes(name));
  }
  const days = kept.map((name) => Math.round(((backupTime(name) ?? 0) - START) / DAY));
  // Day 69 is a Sunday: the newest of the weeks before are 62, 55 and 48; of its own, 69 itself.
  expect(days).toEqual([48, 55, 62, 63, 64, 65, 66, 67, 68, 69]);
});

test('the newest is never removed, and never more than eleven stay', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(400 * 24), { minLength: 1, maxLength: 200 }), (hours) => {
      const names = hours.map((hour) => backupName(START + hour * 3_600_000));
      const expired = new Set(expiredBackups(names));
      expect(expired.has(backupName(START + Math.max(...hours) * 3_600_000))).toBe(false);
      expect(names.length - expired.size).toBeLessThanOrEqual(11);
    }),
  );
});
