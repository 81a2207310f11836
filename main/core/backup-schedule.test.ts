import { utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scheduleBackups } from './backup-schedule.ts';
import { temporaryFolder } from './testing.ts';

const HOUR = 3_600_000;

describe('backups', () => {
  it('are made once a day while open, with the key file', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'locker.key'), 'key');
    const clock = { now: Date.UTC(2026, 0, 1) };
    const notes: string[] = [];
    let due: (() => void) | undefined;
    let scheduled: (() => void) | undefined;
    let made = 0;
    const looked = (): Promise<void> => {
      const next = new Promise<void>((resolve) => (scheduled = resolve));
      due?.();
      return next;
    };
    await using stack = new AsyncDisposableStack();
    stack.use(
      scheduleBackups({
        dataFolder: folder.path,
        now: () => clock.now,
        log: { note: (code) => notes.push(code), fault: (error) => notes.push(String(error)) },
        setTimer(_milliseconds, action) {
          due = action;
          scheduled?.();
          return { cancel: () => (due = undefined) };
        },
        store: {
          async backup(to) {
            made += 1;
            const file = join(to, `locker-${made}.db`);
            await writeFile(file, '');
            await utimes(file, clock.now / 1000, clock.now / 1000);
            return { file, bytes: 0 };
          },
        },
      }),
    );
    for (let hour = 0; hour < 50; hour++) {
      await looked();
      clock.now += HOUR;
    }
    expect(made).toBe(3);
    expect(existsSync(join(folder.path, 'backups', 'locker.key'))).toBe(true);
    expect(notes).toEqual(['backup done', 'backup done', 'backup done']);
  });

  it('that fail are logged and tried again', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'locker.key'), 'key');
    const faults: unknown[] = [];
    let due: (() => void) | undefined;
    let attempts = 0;
    await using stack = new AsyncDisposableStack();
    stack.use(
      scheduleBackups({
        dataFolder: folder.path,
        now: () => Date.UTC(2026, 0, 1),
        log: { note: () => {}, fault: (error) => faults.push(error) },
        setTimer(_milliseconds, action) {
          due = action;
          return { cancel: () => {} };
        },
        store: {
          backup: async () => {
            attempts += 1;
            throw new Error('disk');
          },
        },
      }),
    );
    for (let look = 1; look <= 2; look++) {
      const action = due;
      due = undefined;
      action?.();
      await expect.poll(() => due).toBeDefined();
    }
    expect(attempts).toBe(2);
    expect(faults).toHaveLength(2);
  });
});
