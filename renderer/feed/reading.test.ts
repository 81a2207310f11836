import { expect, test } from 'vitest';
import { keepReading, keptReading } from './reading.ts';

function storage() {
  const map = new Map<string, string>();
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
    removeItem: (key: string) => void map.delete(key),
    map,
  };
}

test('the place comes back as it was kept', () => {
  const kept = storage();
  const reading = { feedId: 'f1', order: 'mix' as const, row: 512, offset: 34 };
  expect(keptReading(kept)).toBeNull();
  keepReading(kept, reading);
  expect(keptReading(kept)).toEqual(reading);
  keepReading(kept, null);
  expect(kept.map.size).toBe(0);
});

test('something else in its place is nothing', () => {
  for (const text of [
    '',
    '{',
    '[]',
    '{"feedId":"f","order":"best","row":1,"offset":0}',
    '{"feedId":"f","order":"mix","row":-1,"offset":0}',
  ]) {
    const kept = storage();
    kept.map.set('locker.reading', text);
    expect(keptReading(kept)).toBeNull();
  }
});
