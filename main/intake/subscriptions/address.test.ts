import { describe, expect, test } from 'vitest';
import { literalAddress, reachOf, webAddress } from './address.ts';

describe('reachOf', () => {
  test.each(['8.8.8.8', '93.184.216.34', '2606:2800:220:1::1', '::ffff:8.8.8.8', '64:ff9b::808:808'])(
    '%s is public',
    (address) => {
      expect(reachOf(address)).toBe('public');
    },
  );

  test.each(['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:ffff:7f00:1', '64:ff9b::7f00:1'])(
    '%s is loopback',
    (address) => {
      expect(reachOf(address)).toBe('loopback');
    },
  );

  test.each([
    '0.0.0.0', '10.0.0.1', '100.64.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.1', '192.0.2.1',
    '192.168.1.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
    '::', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::7f00:1', '64:ff9b::a00:1', '64:ff9b:1::1', '100::1', 'fc00::1', 'fd12:3456::1',
    'fe80::1', 'fe80::1%eth0', 'fec0::1', 'ff02::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '5f00::1', '1::1',
    'not an address', '', '1.2.3', '0x7f.1',
  ])('%s is refused', (address) => {
    expect(reachOf(address)).toBe('refused');
  }); // prettier-ignore
});

describe('webAddress', () => {
  test.each([
    ['n.example', 'https://n.example/'],
    ['n.example:8080/feed', 'https://n.example:8080/feed'],
    ['feed://n.example/a', 'https://n.example/a'],
    ['feed:http://n.example/a', 'http://n.example/a'],
    [' http://N.example/a#b ', 'http://n.example/a'],
  ])('%s', (text, expected) => {
    expect(webAddress(text).href).toBe(expected);
  });

  test.each([
    '',
    'ftp://n.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:pass@n.example/',
    'http://',
    'data:text/xml,x',
  ])('refuses %j', (text) => {
    expect(() => webAddress(text)).toThrow('address_invalid');
  });

  test.each([
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::ffff:7f00:1]/',
    'http://１２７.０.０.１/',
  ])('%s is known as this machine', (text) => {
    expect(reachOf(literalAddress(webAddress(text)) ?? '')).toBe('loopback');
  });
});
