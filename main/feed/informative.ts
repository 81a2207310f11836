import {
  AUTHOR_COLUMN_NAMES,
  AUTHOR_COLUMNS,
  NO_ROW,
  POST_COLUMN_NAMES,
  POST_COLUMNS,
} from '../../protocol/columns.ts';
import type { Needs } from '../../protocol/manifest.ts';
import type { ColumnSource } from './column-values.ts';
import type { PairFacts } from './comparison-batch.ts';

/** Answers that the choice of the next question looks at, the latest. */
const ANSWERS = 500;
/** Before the first answer, every fact is believed to matter this much (the inverse of a variance). */
const PRIOR = 1;
/** Deviations from the mean beyond which a post is no stranger: one odd post must not be in every question. */
const ODD = 2.5;

/** A fact about posts as a number that can be compared: counts and times by their logarithm. */
interface Fact {
  readonly table: keyof PairFacts;
  readonly name: string;
  readonly isFlag: boolean;
  readonly at: (row: number) => number;
}

/** The facts that say how much, of those that are needed; where nobody needs any, all. */
function factsOf(columns: ColumnSource, needs: readonly Needs[]): Fact[] {
  const author = columns.post('authorIdx');
  const wanted = (names: readonly string[], name: string): boolean => needs.length === 0 || names.includes(name);
  const posts = POST_COLUMN_NAMES.filter(
    (name) =>
      POST_COLUMNS[name].missing !== NO_ROW &&
      wanted(
        needs.flatMap(({ post }) => post),
        name,
      ),
  ).map((name): Fact => {
    const values = columns.post(name);
    return { table: 'post', name, isFlag: POST_COLUMNS[name].type === 'u8', at: (row) => values[row] ?? NaN };
  });
  const authors = AUTHOR_COLUMN_NAMES.filter((name) =>
    wanted(
      needs.flatMap((need) => need.author),
      name,
    ),
  ).map((name): Fact => {
    const values = columns.author(name);
    return {
      table: 'author',
      name,
      isFlag: AUTHOR_COLUMNS[name].type === 'u8',
      at: (row) => values[author[row] ?? NO_ROW] ?? NaN,
    };
  });
  return [...posts, ...authors];
}

/**
 * Says how much the answer about two rows would teach, given the answers so far: `d · A⁻¹ · d`, where `d` is the difference
 * of the two posts' facts in deviations, and `A = PRIOR · I + Σ d · dᵀ` over the answers. That is the pair whose answer
 * shrinks the volume of what is not known the most (a D-optimal design, without weighing by how sure the answer is).
 */
export function teaching(
  columns: ColumnSource,
  rows: readonly number[],
  needs: readonly Needs[],
  answered: readonly PairFacts[],
): (one: number, other: number) => number {
  const facts = factsOf(columns, needs);
  const scales = facts.map((fact) => spreadOf(rows.map((row) => measured(fact.at(row), fact.isFlag))));
  const scaled = (value: number, at: number): number => {
    const { mean, deviation } = scales[at] ?? { mean: 0, deviation: 0 };
    if (Number.isNaN(value) || deviation < 1e-9) return 0;
    return Math.min(ODD, Math.max(-ODD, (value - mean) / deviation));
  };
  const inverse = facts.map((_, i) => new Float64Array(facts.length).fill(1 / PRIOR, i, i + 1));
  for (const pair of answered.slice(-ANSWERS)) {
    const difference = Float64Array.from(facts, ({ table, name, isFlag }, at) => {
      const [better, worse] = pair[table][name] ?? [null, null];
      return scaled(measured(better ?? NaN, isFlag), at) - scaled(measured(worse ?? NaN, isFlag), at);
    });
    learn(inverse, difference);
  }
  const of = (row: number): Float64Array =>
    Float64Array.from(facts, (fact, at) => scaled(measured(fact.at(row), fact.isFlag), at));
  return (one, other) => {
    const second = of(other);
    const difference = of(one).map((value, at) => value - (second[at] ?? 0));
    return dot(difference, times(inverse, difference));
  };
}

function measured(value: number, isFlag: boolean): number {
  return isFlag ? value : Math.log2(1 + Math.max(value, 0));
}

function spreadOf(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const known = values.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / Math.max(known.length, 1);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(known.length, 1)) };
}

/** Takes an answer into the inverse (Sherman and Morrison, 1950). */
function learn(inverse: readonly Float64Array[], difference: Float64Array): void {
  const turned = times(inverse, difference);
  const weight = 1 + dot(difference, turned);
  for (const [i, row] of inverse.entries()) {
    const part = (turned[i] ?? 0) / weight;
    for (let j = 0; j < row.length; j++) row[j] = (row[j] ?? 0) - part * (turned[j] ?? 0);
  }
}

function times(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => dot(row, vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}
