import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Clause } from '../../../protocol/contract/clause.ts';
import { leq, meet } from '../index.ts';

/** The examples of docs/clause-format.md, that other programs may be tried with too. */
const FILE = new URL('../../../docs/fixtures/lattice.json', import.meta.url);
const { base, cases } = JSON.parse(readFileSync(FILE, 'utf8')) as {
  base: object;
  cases: { name: string; a: object; b: object; meet: object | null; leq: boolean }[];
};

test.each(cases)('$name', ({ a, b, meet: expected, leq: isWithin }) => {
  const [one, other] = [a, b].map((terms) => Clause.parse({ ...base, ...terms }));
  if (one === undefined || other === undefined) throw new Error('two clauses');
  expect(meet(one, other)).toEqual(expected === null ? null : { ...base, ...expected });
  expect(meet(other, one)).toEqual(meet(one, other));
  expect(leq(one, other)).toBe(isWithin);
});
