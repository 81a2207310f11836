import type { Random } from '../unit/random.ts';
import type { Described } from './api-document.ts';

/** Values that mean something to the locker of the test, by parameter, or by path and parameter. */
export type Known = Readonly<Record<string, readonly string[]>>;

export interface Fuzzed {
  readonly method: string;
  /** Path with query, as it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const ODD: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  '99999999999999999999',
  'null',
  'undefined',
  'NaN',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  "' or 1=1 --",
  '%',
  '%00',
  '\u0000',
  '\u202e\u0301',
  '🦊'.repeat(40),
  'x'.repeat(3000),
  '"*(NEAR/AND',
  '[{"field":"content","op":"eq","value":1}]',
  '[{"field":"visibility","op":"eq","value":"public"}]',
  '[{"field":"published","op":"gte","value":"2026-01-01T00:00:00Z"},{"field":"published","op":"lte","value":"nonsense"}]',
  '[{"field":"published","op":"in","value":[]}]',
  `[${'['.repeat(500)}`,
];
const BAD_ESCAPES: readonly string[] = ['%zz', '%', '%c0%af', '%ff', '%00', '%2e%2e%2f', ';', '//'];

export function oddText(random: Random): string {
  if (random.chance(0.7)) return random.pick(ODD);
  return Array.from({ length: random.whole(1, 12) }, () => String.fromCodePoint(random.whole(1, 0xd7ff))).join('');
}

function valueOf(name: string, known: Known, random: Random, breaks: number): string {
  const values = known[name];
  return values === undefined || random.chance(breaks) ? oddText(random) : random.pick(values);
}

/** JSON of any shape, to be sent where another is expected. */
export function oddJson(random: Random, depth = 0): unknown {
  const kind = random.whole(0, depth > 3 ? 4 : 6);
  if (kind === 0) return null;
  if (kind === 1) return random.chance(0.5);
  if (kind === 2) return random.pick([0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER]);
  if (kind < 5) return oddText(random);
  const items = Array.from({ length: random.whole(0, 4) }, () => oddJson(random, depth + 1));
  if (kind === 5) return items;
  return Object.fromEntries(items.map((item, n) => [random.chance(0.5) ? `k${n}` : oddText(random), item]));
}

/** Breaks a text that is JSON in one place. */
export function brokenText(text: string, random: Random): string {
  const at = random.whole(0, text.length);
  return random.pick([
    text.slice(0, at),
    text.slice(0, at) + oddText(random) + text.slice(at),
    `{"__proto__":${text}}`,
    `${text}${text}`,
    '['.repeat(20_000),
    '',
    '\ufeff' + text,
  ]);
}

function withPath(route: Described, known: Known, random: Random, breaks: number): string {
  return route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    if (random.chance(breaks / 3)) return random.pick(BAD_ESCAPES);
    const named = `${route.path} ${name}`;
    const value = valueOf(named in known ? named : name, known, random, breaks).slice(0, 1500);
    return encodeURIComponent(value.toWellFormed()) || '-';
  });
}

/**
 * One request to a route, of parts that hold and, with the chance `breaks` each, of parts that do not.
 *
 * @param bodyOf a body that holds
 */
export function fuzzedRequest(
  route: Described,
  known: Known,
  bodyOf: () => unknown,
  random: Random,
  breaks: number,
): Fuzzed {
  const pairs: string[] = [];
  const headers: Record<string, string> = {};
  for (const { name, in: where, required = false } of route.parameters) {
    const isThere = required ? !random.chance(breaks / 2) : random.chance(0.35);
    if (where === 'path' || !isThere) continue;
    const value = valueOf(name, known, random, breaks);
    if (where === 'query') pairs.push(`${name}=${encodeURIComponent(value.toWellFormed())}`);
    // What no client can put in a header is not sent.
    else if (/^[\t\x20-\x7e]*$/.test(value)) headers[name] = value.slice(0, 2000);
  }
  if (random.chance(breaks / 3)) pairs.push(`${encodeURIComponent(oddText(random).slice(0, 60))}=1`);
  if (random.chance(breaks / 3) && pairs[0] !== undefined) pairs.push(pairs[0]);
  if (random.chance(breaks / 3)) pairs.push(random.pick(BAD_ESCAPES));
  const query = random.chance(0.1) ? [...pairs].reverse() : pairs;
  const path = withPath(route, known, random, breaks) + (query.length === 0 ? '' : `?${query.join('&')}`);
  if (random.chance(0.2)) headers['if-none-match'] = random.pick(['*', '"x"', 'W/"x"']);
  if (random.chance(0.2)) headers['accept-encoding'] = 'identity';
  if (!route.hasBody && !random.chance(breaks / 4)) return { method: route.method, path, headers };
  const body = JSON.stringify(random.chance(breaks) ? oddJson(random) : bodyOf());
  headers['content-type'] = random.chance(breaks / 2)
    ? random.pick(['text/plain', 'application/json; charset=latin1', 'multipart/form-data', 'x'])
    : 'application/json';
  return { method: route.method, path, headers, body: random.chance(breaks / 2) ? brokenText(body, random) : body };
}
