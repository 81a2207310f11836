import { describe, expect, test } from 'vitest';
import { bytes, group, hostOf, initials, shorten, webAddress } from './plain.ts';

test.each([
  ['Ada Brook', 'AB'],
  ['mo', 'M'],
  ['田中 花子', '田花'],
  ['Anne van den Berg', 'AB'],
  ['👩‍🚀 ', '?'],
  ['', '?'],
  ['  élan   vital ', 'ÉV'],
])('initials of %j', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

test('groups are stable and in range', () => {
  expect(group('https://a.example/users/1', 6)).toBe(group('https://a.example/users/1', 6));
  for (const text of ['', 'a', 'ü'.repeat(500)]) expect(group(text, 6)).toBeLessThan(6);
});

test('hosts', () => {
  expect(hostOf('https://www.a.example:8443/x')).toBe('a.example:8443');
  expect(hostOf('did:plc:abc')).toBe('did:plc:abc');
  expect(hostOf('nothing')).toBe('nothing');
});

describe('addresses a browser may open', () => {
  test.each(['https://a.example/', 'http://a.example/x?y#z'])('%s', (address) => {
    expect(webAddress(address)).toBe(address);
  });
  test.each(['javascript:alert(1)', 'data:text/html,x', '/owner/lock', 'at://did:plc:x/app', '', 'ftp://a.example/'])(
    'not %j',
    (address) => {
      expect(webAddress(address)).toBeNull();
    },
  );
  test('nothing stays nothing', () => {
    expect(webAddress(null)).toBeNull();
  });
});

test('shortening cuts at a word, folds white space and keeps what fits', () => {
  expect(shorten('a\n  b', 10)).toBe('a b');
  expect(shorten('one two three four', 12)).toBe('one two…');
  expect(shorten('x'.repeat(30), 10)).toBe(`${'x'.repeat(9)}…`);
});

test('bytes', () => {
  expect(bytes(999)).toBe('999 byte');
  expect(bytes(1_500)).toBe('1.5 kB');
  expect(bytes(10_000_000_000)).toBe('10 GB');
});
