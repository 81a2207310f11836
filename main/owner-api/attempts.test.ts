import { describe, expect, it } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { createAttempts, type Attempts } from './attempts.ts';

async function wrong(): Promise<never> {
  throw new LockerError('wrong_passphrase');
}

async function codeOf(attempts: Attempts, attempt: () => Promise<unknown> = wrong): Promise<string> {
  try {
    await attempts.run(attempt);
    return 'ok';
  } catch (error) {
    return error instanceof LockerError ? error.code : 'other';
  }
}

describe('attempts', () => {
  it('doubles the wait with each wrong secret after the third, up to a minute', async () => {
    const clock = { now: 0 };
    const attempts = createAttempts(() => clock.now);
    for (let failure = 0; failure < 3; failure++) expect(await codeOf(attempts)).toBe('wrong_passphrase');
    for (const wait of [1, 2, 4, 8, 16, 32, 60, 60]) {
      clock.now += wait * 1000 - 1;
      expect(await codeOf(attempts)).toBe('too_many_attempts');
      clock.now += 1;
      expect(await codeOf(attempts)).toBe('wrong_passphrase');
    }
  });

  it('says how many seconds to wait', async () => {
    const attempts = createAttempts(() => 0);
    for (let failure = 0; failure < 3; failure++) await codeOf(attempts);
    await expect(attempts.run(wrong)).rejects.toMatchObject({ code: 'too_many_attempts', detail: '1 s' });
  });

  it('forgets failures after the right secret, and counts only wrong secrets', async () => {
    const clock = { now: 0 };
    const attempts = createAttempts(() => clock.now);
    const right = async (): Promise<void> => {};
    const broken = async (): Promise<never> => {
      throw new LockerError('store_busy');
    };
    for (let round = 0; round < 5; round++) {
      expect(await codeOf(attempts)).toBe('wrong_passphrase');
      expect(await codeOf(attempts)).toBe('wrong_passphrase');
      expect(await codeOf(attempts, broken)).toBe('store_busy');
      expect(await codeOf(attempts, right)).toBe('ok');
    }
  });

  it('runs one at a time and lets no crowd wait', async () => {
    const attempts = createAttempts(() => 0);
    let running = 0;
    let most = 0;
    const slow = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    const codes = await Promise.all(Array.from({ length: 6 }, () => codeOf(attempts, slow)));
    expect(most).toBe(1);
    expect(codes.filter((code) => code === 'too_many_attempts')).toHaveLength(2);
  });

  it('checks again after waiting in line, so that parallel guesses gain nothing', async () => {
    const attempts = createAttempts(() => 0);
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(attempts)));
    expect(codes.filter((code) => code === 'wrong_passphrase')).toHaveLength(3);
    expect(codes.at(-1)).toBe('too_many_attempts');
  });
});
