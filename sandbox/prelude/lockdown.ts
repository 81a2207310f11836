import type { Primordials } from './primordials.ts';

/**
 * Takes away what an algorithm must not have (clocks, threads, code from strings, anything that differs between machines
 * or lets memory grow behind our back) and freezes all that stays, except the global object itself. Runs inside the cell.
 */
export function lockDown(p: Primordials, random: () => number): void {
  const keep = new Set<string | symbol>(
    (
      'Object Array Number String Boolean Symbol BigInt Math JSON Map Set WeakMap WeakSet Promise Proxy Reflect RegExp ' +
      'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError ArrayBuffer DataView ' +
      'Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array ' +
      'BigInt64Array BigUint64Array Iterator NaN Infinity undefined globalThis isNaN isFinite parseInt parseFloat ' +
      'encodeURI encodeURIComponent decodeURI decodeURIComponent'
    ).split(' '),
  );
  keep.add(Symbol.toStringTag);

  const functionPrototypes: object[] = [
    () => {},
    async () => {},
    function* (): Generator {},
    async function* (): AsyncGenerator {},
  ].map((sample) => p.getPrototypeOf(sample) ?? sample);

  /** Objects that no property leads to. */
  const hidden: unknown[] = [
    ...functionPrototypes,
    [][Symbol.iterator](),
    new Map().entries(),
    new Set().entries(),
    ''[Symbol.iterator](),
    'a'.matchAll(/a/g),
    [].values().map(() => 0),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    (function (): IArguments {
      // eslint-disable-next-line prefer-rest-params -- the arguments object itself is what must be frozen
      return arguments;
    })(),
    (function* (): Generator {})(),
    (async function* (): AsyncGenerator {})(),
    p.getPrototypeOf(Uint8Array),
  ];

  for (const prototype of functionPrototypes) {
    p.defineProperty(prototype, 'constructor', {
      value: undefined,
      writable: false,
      enumerable: false,
      configurable: false,
    });
  }

  const gone: [object, string[]][] = [
    [
      Object.prototype,
      'toLocaleString __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__'.split(' '),
    ],
    [Array.prototype, ['toLocaleString']],
    [Number.prototype, ['toLocaleString']],
    [BigInt.prototype, ['toLocaleString']],
    [p.getPrototypeOf(Uint8Array.prototype) ?? {}, ['toLocaleString']],
    [String.prototype, ['toLocaleLowerCase', 'toLocaleUpperCase', 'localeCompare']],
    [Array, ['fromAsync']],
  ];
  for (const [object, names] of gone) for (const name of names) p.deleteProperty(object, name);
  keepOnly(ArrayBuffer.prototype, 'constructor byteLength slice'.split(' '));
  keepOnly(RegExp, 'length name prototype escape'.split(' '));
  for (const name of p.ownKeys(globalThis)) {
    if (!keep.has(name)) p.deleteProperty(globalThis, name);
  }

  fix(Math, 'random', random);
  fix(Error, 'stackTraceLimit', 0);
  fix(Error, 'prepareStackTrace', () => '');
  p.deleteProperty(Error, 'captureStackTrace');

  const seen = new Set<object>();
  const open: object[] = [];
  visit(globalThis);
  for (const value of hidden) visit(value);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    visit(p.getPrototypeOf(next));
    for (const key of p.ownKeys(next)) {
      const property = p.getOwnPropertyDescriptor(next, key);
      visit(property?.value);
      visit(property?.get);
      visit(property?.set);
    }
    if (next !== globalThis) p.freeze(next);
  }

  function visit(value: unknown): void {
    if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return;
    if (seen.has(value)) return;
    seen.add(value);
    open.push(value);
  }
  function keepOnly(object: object, names: string[]): void {
    for (const key of p.ownKeys(object)) {
      if (typeof key === 'symbol' ? key === Symbol.species : !names.includes(key)) p.deleteProperty(object, key);
    }
  }
  function fix(object: object, name: string, value: unknown): void {
    p.defineProperty(object, name, { value, writable: false, enumerable: false, configurable: false });
  }
}
