import { BlockList, isIP } from 'node:net';
import { LockerError } from '../../../protocol/errors.ts';

/** IANA's special-purpose IPv4 registry and what is not unicast: none of it is a public web server. */
const REFUSED_V4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24',
  '224.0.0.0/4', '240.0.0.0/4',
]; // prettier-ignore
/** Parts of 2000::/3 that are tunnels, documentation or otherwise special; all outside it is refused anyway. */
const REFUSED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const refused = new BlockList();
for (const range of REFUSED_V4) addRange(range, 'ipv4');
for (const range of REFUSED_V6) addRange(range, 'ipv6');
const globalV6 = new BlockList();
globalV6.addSubnet('2000::', 3, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function addRange(range: string, family: 'ipv4' | 'ipv6'): void {
  const [network = '', bits = ''] = range.split('/');
  refused.addSubnet(network, Number(bits), family);
}

/** Where an address leads. */
export type Reach = 'public' | 'loopback' | 'refused';

/** Tells whether an IP address may be connected to; what can't be read is refused. */
export function reachOf(address: string): Reach {
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return 'refused';
  const inner = family === 6 ? embeddedV4(address) : null;
  if (inner !== null) return reachOf(inner);
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  if (loopback.check(address, kind)) return 'loopback';
  if (refused.check(address, kind)) return 'refused';
  return family === 4 || globalV6.check(address, kind) ? 'public' : 'refused';
}

const MAPPED = 0xffffn;
const NAT64 = 0x64ff9b_0000_0000_0000_0000n;

/** The IPv4 address inside a mapped (::ffff:0:0/96) or NAT64 (64:ff9b::/96) one; null: there is none. */
function embeddedV4(address: string): string | null {
  const value = numberOf(address);
  if (value === null) return null;
  const prefix = value >> 32n;
  if (prefix !== MAPPED && prefix !== NAT64) return null;
  const low = Number(value & 0xffff_ffffn);
  return [24, 16, 8, 0].map((shift) => (low >>> shift) & 0xff).join('.');
}

/** An IPv6 address as a number; the URL parser writes out every form of it. */
function numberOf(address: string): bigint | null {
  if (!URL.canParse(`http://[${address}]/`)) return null;
  const text = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [before = '', after] = text.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...tail];
  if (groups.length !== 8) return null;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** A web address as it is kept and compared. Throws address_invalid. */
export function webAddress(text: string): URL {
  const trimmed = text.trim().replace(/^feed:(?:\/\/)?/i, '');
  const full =
    /^[a-z][a-z0-9+.-]*:/i.test(trimmed) && !/^[\w.-]+:\d+(?:[/?#]|$)/.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(full)) throw new LockerError('address_invalid');
  const url = new URL(full);
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  // A password in an address would end up in lists, logs and reports.
  if (!isWeb || url.username !== '' || url.password !== '' || url.hostname === '')
    throw new LockerError('address_invalid');
  url.hash = '';
  return url;
}

/** The address a host name is written as, without the brackets of IPv6; null: it is a name. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}
