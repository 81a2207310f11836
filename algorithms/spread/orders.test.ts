import fc from 'fast-check';
import { expect, test } from 'vitest';
import { balance } from './balance.ts';
import { spreadByDecay } from './decay.ts';
import type { Keys } from './keys.ts';

const runs = { numRuns: process.env['SOAK'] === undefined ? 150 : 5000 };
const NONE = 0xffffffff;
const ALIKE: readonly (readonly [keyof Keys, number])[] = [
  ['person', 1],
  ['thread', 0.8],
  ['source', 0.4],
  ['kind', 0.2],
];

/** Rows with few values in each key, each key numbered from 0. */
const rows = fc.array(
  fc.record({
    person: fc.constantFrom(0, 1, 2, 3, NONE),
    thread: fc.constantFrom(0, 1, NONE),
    source: fc.constantFrom(0, 1, 2, NONE),
    kind: fc.constantFrom(0, 1, NONE),
    read: fc.constantFrom(0, 0, 1, 3),
  }),
  { minLength: 4, maxLength: 70 },
);
type Row = Record<keyof Keys | 'read', number>;

function keysOf(given: readonly Row[]): Keys {
  const column = (key: keyof Keys): Uint32Array => Uint32Array.from(given, (row) => row[key]);
  return { person: column('person'), thread: column('thread'), source: column('source'), kind: column('kind') };
}

function alike(one: Row, other: Row): number {
  return Math.max(0, ...ALIKE.map(([key, value]) => (one[key] !== NONE && one[key] === other[key] ? value : 0)));
}

test('balance is maximal marginal relevance, as its definition worked out pair by pair gives it', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 20 }), (given, tenths, memory) => {
      const weight = tenths / 10;
      const left = given.map((row, at) => ({ row, at }));
      const placed: Row[] = [];
      const order: number[] = [];
      while (left.length > 0) {
        const values = left.slice(0, 50).map(({ row }, place) => {
          const likeness = Math.max(row.read / (1 + row.read), ...placed.slice(-memory).map((one) => alike(one, row)));
          return weight * (1 - place / 50) - (1 - weight) * likeness;
        });
        const [next] = left.splice(values.indexOf(Math.max(...values)), 1);
        if (next === undefined) break;
        placed.push(next.row);
        order.push(next.at);
      }
      const read = Float64Array.from(given, (row) => row.read);
      expect(Array.from(balance(keysOf(given), weight, memory, read).order)).toEqual(order);
    }),
    runs,
  );
});

test('decay orders by place over factor, counted one by one', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 10 }), (given, decay, floor) => {
      const [by, least] = [decay / 10, floor / 10];
      const factor = (times: number): number => least + (1 - least) * by ** times;
      const before = (at: number, key: 'person' | 'thread'): number =>
        given.slice(0, at).filter((row) => row[key] !== NONE && row[key] === given[at]?.[key]).length;
      const places = given.map((row, at) => {
        const all = factor(row.read + before(at, 'person')) * factor(before(at, 'thread'));
        return Math.floor(((at + 10) / Math.max(all, 0.01)) * 64);
      });
      const order = given.map((_, at) => at).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
      const read = Float64Array.from(given, (row) => row.read);
      expect(Array.from(spreadByDecay(keysOf(given), by, by, least, read).order)).toEqual(order);
    }),
    runs,
  );
});
