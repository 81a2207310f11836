import { describe, expect, test } from 'vitest';
import { openTestStore } from '../../store/testing.ts';
import { nextDue, Schedule } from './schedule.ts';

const HOUR = 3_600_000;

describe('nextDue', () => {
  test('is the interval, doubled for each failure up to a day, give or take a tenth', () => {
    expect(nextDue(1000, 60, 0, 0.5)).toBe(1000 + HOUR);
    expect(nextDue(0, 60, 0, 0)).toBe(54 * 60_000);
    expect(nextDue(0, 60, 0, 1)).toBe(66 * 60_000);
    expect(nextDue(0, 60, 2, 0.5)).toBe(4 * HOUR);
    expect(nextDue(0, 60, 50, 0.5)).toBe(24 * HOUR);
    expect(nextDue(0, 10_080, 3, 0.5)).toBe(168 * HOUR);
  });
});

describe('Schedule', () => {
  test('polls what is due and turned on, each once, and tells when the next is', async () => {
    await using store = await openTestStore();
    const row = { title: 't', intervalMinutes: 60, allowLoopback: false, run: null };
    await store.write('subscriptions.add', [
      { ...row, id: 'late', url: 'https://a.example/', enabled: true, nextDue: 10 },
      { ...row, id: 'off', url: 'https://b.example/', enabled: false, nextDue: 0 },
      { ...row, id: 'now', url: 'https://c.example/', enabled: true, nextDue: 100 },
      { ...row, id: 'later', url: 'https://d.example/', enabled: true, nextDue: 5_100 },
    ]);
    const polled: string[] = [];
    await using schedule = new Schedule({
      store,
      now: () => 100,
      async poll(id) {
        polled.push(id);
        await store.write('subscriptions.change', { id, nextDue: 1_000_000 });
      },
    });
    expect(await schedule.round()).toBe(5000);
    expect(polled).toEqual(['late', 'now']);
  });

  test('waits when polling itself fails', async () => {
    await using store = await openTestStore();
    await store.write('subscriptions.add', [
      {
        id: 'a',
        url: 'https://a.example/',
        title: 't',
        intervalMinutes: 60,
        enabled: true,
        allowLoopback: false,
        run: null,
        nextDue: 0,
      },
    ]);
    await using schedule = new Schedule({ store, now: () => 100, poll: () => Promise.reject(new Error('closed')) });
    expect(await schedule.round()).toBe(60_000);
  });
});
