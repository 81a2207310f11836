import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSignedAddresses } from './media-url.ts';

describe('signed addresses', () => {
  const clock = { now: 1_700_000_000_000 };
  const addresses = createSignedAddresses(randomBytes(32), () => clock.now);
  const keyOf = (address: string): string => new URL(address, 'http://x').searchParams.get('key') ?? '';

  it('opens the one path it was made for, for five minutes', () => {
    const key = keyOf(addresses.sign('/owner/media/abc'));
    expect(addresses.check('/owner/media/abc', key)).toBe(true);
    expect(addresses.check('/owner/media/abd', key)).toBe(false);
    clock.now += 5 * 60_000;
    expect(addresses.check('/owner/media/abc', key)).toBe(false);
  });

  it('refuses a longer life, another key and garbage', () => {
    const key = keyOf(addresses.sign('/m'));
    const [until = '', mac = ''] = key.split('.');
    expect(addresses.check('/m', `${Number(until) + 1}.${mac}`)).toBe(false);
    const other = createSignedAddresses(randomBytes(32), () => clock.now);
    expect(other.check('/m', key)).toBe(false);
    for (const garbage of ['', '.', `${until}.`, `${until}.${mac}x`, `-1.${mac}`]) {
      expect(addresses.check('/m', garbage)).toBe(false);
    }
  });
});
