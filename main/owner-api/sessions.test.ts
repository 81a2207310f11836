import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSessions } from './sessions.ts';

const MINUTE = 60_000;

function at(idleMinutes: number | null): { clock: { now: number }; sessions: ReturnType<typeof createSessions> } {
  const clock = { now: 1000 };
  const idleMs = (): number | null => (idleMinutes === null ? null : idleMinutes * MINUTE);
  return { clock, sessions: createSessions({ now: () => clock.now, randomBytes, idleMs }) };
}

describe('sessions', () => {
  it('gives tokens of 256 bits that only it knows', () => {
    const { sessions } = at(30);
    const token = sessions.grant();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(sessions.check(token, true)).toBe(true);
    expect(sessions.check(randomBytes(32).toString('base64url'), true)).toBe(false);
    expect(sessions.check('', true)).toBe(false);
  });

  it('ends a session after the idle time, which use starts again', () => {
    const { clock, sessions } = at(30);
    const token = sessions.grant();
    clock.now += 29 * MINUTE;
    expect(sessions.check(token, true)).toBe(true);
    clock.now += 29 * MINUTE;
    expect(sessions.check(token, true)).toBe(true);
    clock.now += 30 * MINUTE;
    expect(sessions.check(token, true)).toBe(false);
  });

  it('does not count requests the screens make by themselves as use', () => {
    const { clock, sessions } = at(30);
    const token = sessions.grant();
    for (let minute = 0; minute < 29; minute++) {
      clock.now += MINUTE;
      expect(sessions.check(token, false)).toBe(true);
    }
    clock.now += MINUTE;
    expect(sessions.check(token, false)).toBe(false);
  });

  it('keeps a session where auto-lock is off', () => {
    const { clock, sessions } = at(null);
    const token = sessions.grant();
    clock.now += 1e9;
    expect(sessions.check(token, true)).toBe(true);
  });

  it('redeems a launch token once, and for five minutes', () => {
    const { clock, sessions } = at(30);
    const first = sessions.launch();
    const second = sessions.launch();
    expect(sessions.redeem(first)).toBe(true);
    expect(sessions.redeem(first)).toBe(false);
    clock.now += 5 * MINUTE;
    expect(sessions.redeem(second)).toBe(false);
  });

  it('does not take a launch token for a session, nor the other way round', () => {
    const { sessions } = at(30);
    expect(sessions.check(sessions.launch(), true)).toBe(false);
    expect(sessions.redeem(sessions.grant())).toBe(false);
  });

  it('ends everything by a lock', () => {
    const { sessions } = at(30);
    const token = sessions.grant();
    const launch = sessions.launch();
    sessions.endAll();
    expect(sessions.check(token, true)).toBe(false);
    expect(sessions.redeem(launch)).toBe(false);
  });

  it('makes room by ending the session that was used longest ago', () => {
    const { clock, sessions } = at(30);
    const oldest = sessions.grant();
    clock.now += 1;
    const others = Array.from({ length: 64 }, () => sessions.grant());
    expect(sessions.check(oldest, false)).toBe(false);
    expect(others.every((token) => sessions.check(token, false))).toBe(true);
  });
});
