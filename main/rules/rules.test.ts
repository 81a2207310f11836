import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Algorithm, Batch } from '../../protocol/batch.ts';
import { AUTHOR_COLUMNS, NO_ROW, POST_COLUMNS } from '../../protocol/columns.ts';
import { AlgorithmPackage } from '../../protocol/manifest.ts';
import { RULE_AUTHOR_COLUMNS, RULE_POST_COLUMNS, RuleSet } from '../../protocol/owner/rules.ts';
import { TEXT_KINDS } from '../../protocol/record.ts';
import { Vector } from '../../protocol/vector.ts';
import { vectorBatch, vectorCtx } from '../../protocol/vector-batch.ts';
import { vectorDifference, type VectorOut } from '../../protocol/vector-compare.ts';
import { compileRules, evaluateRules, ruleInWords, rulesOf } from './index.ts';

const RUNS = process.env['SOAK'] === '1' ? 20_000 : 150;

/** Loads code where there is nothing but the language, less the clock and the locale, as the sandbox has it. */
function load(code: string): Algorithm {
  const context = createContext({ module: { exports: {} } }, { codeGeneration: { strings: false, wasm: false } });
  runInContext('delete globalThis.Date; delete globalThis.Intl; delete Math.random;', context);
  runInContext(`(function (module) { ${code}\n})(module)`, context);
  return runInContext('module.exports', context) as Algorithm;
}

const fewValues = fc.constantFrom(-1, 0, 1, 2, 3, 4, 4.5, 255);
const letters = fc.constantFrom(
  'cat',
  'Cat',
  'CATS',
  'the cat',
  'İx',
  '猫',
  'ネコ',
  'straße',
  '😀',
  'c++',
  '#cat',
  'x_y',
  'é',
  '𝒳',
);
const compare = fc.constantFrom('atLeast' as const, 'below' as const, 'is' as const, 'isNot' as const);
const condition = fc.oneof(
  fc.record({
    about: fc.constant('post' as const),
    column: fc.constantFrom(...RULE_POST_COLUMNS),
    compare,
    value: fewValues,
  }),
  fc.record({
    about: fc.constant('author' as const),
    column: fc.constantFrom(...RULE_AUTHOR_COLUMNS),
    compare,
    value: fewValues,
  }),
  fc.record({
    about: fc.constant('words' as const),
    has: fc.constantFrom('any' as const, 'none' as const),
    words: fc.array(letters, { minLength: 1, maxLength: 3 }),
    where: fc.constantFrom('anywhere' as const, 'content' as const, 'tags' as const),
  }),
  fc.record({
    about: fc.constant('language' as const),
    is: fc.boolean(),
    languages: fc.uniqueArray(fc.constantFrom('en', 'de', 'ja', 'fil'), { minLength: 1 }),
  }),
);
const given = {
  match: fc.constantFrom('all' as const, 'any' as const),
  when: fc.array(condition, { minLength: 1, maxLength: 4 }),
};
const named = {
  id: fc.constant('mine'),
  name: fc.constantFrom('Mine', 'Ünsinn’s "best" \u2028 */'),
  revision: fc.integer({ min: 1, max: 99 }),
};
const list = <T>(rule: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(rule, { minLength: 1, maxLength: 4 });
const ruleSet: fc.Arbitrary<RuleSet> = fc.oneof(
  fc.record({
    ...named,
    kind: fc.constant('ranker' as const),
    rules: list(fc.record({ ...given, points: fc.integer({ min: -100, max: 100 }) })),
  }),
  fc.record({
    ...named,
    kind: fc.constant('damper' as const),
    rules: list(fc.record({ ...given, factor: fc.constantFrom(0, 0.5, 1) })),
  }),
  fc.record({
    ...named,
    kind: fc.constant('blocker' as const),
    rules: list(
      fc.record({
        ...given,
        severity: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const),
        target: fc.constantFrom('post' as const, 'author' as const),
      }),
    ),
  }),
);

const N = 9;
const AUTHORS = 3;
const text = fc.array(
  fc.tuple(
    fc.constantFrom(...TEXT_KINDS),
    fc.array(fc.oneof(letters, fc.constantFrom(' ', 'x', '\n', '!', '́'))).map((parts) => parts.join('')),
  ),
  { maxLength: 3 },
);
const numbersFor = (type: 'f64' | 'u32' | 'u8', n: number, missing: number): fc.Arbitrary<ArrayLike<number>> => {
  const value = type === 'f64' ? fc.oneof(fewValues, fc.constant(NaN)) : fc.constantFrom(0, 1, 2, 4, 255, missing);
  return fc
    .array(value, { minLength: n, maxLength: n })
    .map((all) =>
      type === 'f64' ? Float64Array.from(all) : type === 'u32' ? Uint32Array.from(all) : Uint8Array.from(all),
    );
};

function tableOf(
  columns: readonly (readonly [string, 'f64' | 'u32' | 'u8', number])[],
  n: number,
): fc.Arbitrary<object> {
  return fc.tuple(...columns.map(([, type, missing]) => numbersFor(type, n, missing))).map((arrays) => {
    const table: Record<string, Record<string, unknown>> = { f64: {}, u32: {}, u8: {} };
    columns.forEach(([name, type], at) => ((table[type] ?? {})[name] = arrays[at]));
    return table;
  });
}

/** Every column, whatever is needed: what is not declared is not looked at. */
const batch: fc.Arbitrary<Batch> = fc
  .tuple(
    tableOf(
      RULE_POST_COLUMNS.map((name) => [name, POST_COLUMNS[name].type, POST_COLUMNS[name].missing]),
      N,
    ),
    tableOf(
      RULE_AUTHOR_COLUMNS.map((name) => [name, AUTHOR_COLUMNS[name].type, AUTHOR_COLUMNS[name].missing]),
      AUTHORS,
    ),
    fc.array(fc.constantFrom(0, 1, 2, NO_ROW), { minLength: N, maxLength: N }),
    fc.array(fc.constantFrom(0, 1, 2, NO_ROW), { minLength: N, maxLength: N }),
    fc.array(text, { minLength: N, maxLength: N }),
  )
  .map(([post, author, authorIdx, langIdx, texts]) => {
    const table = post as Batch;
    const off = [0];
    const postSeg = [0];
    const kind: number[] = [];
    let arena = '';
    for (const segments of texts) {
      for (const [name, said] of segments) {
        arena += said;
        off.push(arena.length);
        kind.push(TEXT_KINDS.indexOf(name));
      }
      postSeg.push(kind.length);
    }
    return {
      ...table,
      u32: { ...table.u32, authorIdx: Uint32Array.from(authorIdx), langIdx: Uint32Array.from(langIdx) },
      n: N,
      author: { ...(author as Batch['author']), n: AUTHORS },
      langs: ['en', 'de-AT', 'fil'],
      text: { arena, off: Uint32Array.from(off), postSeg: Uint32Array.from(postSeg), kind: Uint8Array.from(kind) },
    };
  });

const ctx = { now: 0, seed: 1, owner: {}, apiVersion: 1 } as const;

/** What a rule set's outcome means for a post, in the words of its kind. */
function meant(set: RuleSet, held: readonly Uint8Array[], row: number): unknown {
  const on = set.rules.map((_, rule) => held[rule]?.[row] === 1);
  switch (set.kind) {
    case 'ranker':
      return set.rules.reduce((sum, { points }, rule) => sum + (on[rule] === true ? points : 0), 0);
    case 'damper':
      return set.rules.reduce((product, { factor }, rule) => product * (on[rule] === true ? factor : 1), 1);
    case 'blocker':
      return (['post', 'author'] as const).map((target) =>
        Math.max(-1, ...set.rules.map((rule, at) => (rule.target === target && on[at] === true ? rule.severity : -1))),
      );
  }
}

function answered(set: RuleSet, algorithm: Algorithm, given: Batch): unknown[] {
  const rows = Array.from({ length: given.n }, (_, row) => row);
  switch (set.kind) {
    case 'ranker':
      return Array.from(algorithm.score?.(given, ctx).score ?? []);
    case 'damper':
      return Array.from(algorithm.dampen?.(given, ctx) ?? []);
    case 'blocker': {
      const out = algorithm.decide?.(given, ctx);
      const severity = (row: number, target: number): number => {
        const at = Array.from(out?.row ?? []).findIndex((one, place) => one === row && out?.target[place] === target);
        return out?.severity[at] ?? -1;
      };
      expect(out?.row.length).toBeLessThanOrEqual(2 * given.n);
      return rows.map((row) => [severity(row, 0), severity(row, 1)]);
    }
  }
}

function answerOf(algorithm: Algorithm, { manifest }: AlgorithmPackage, vector: Vector): VectorOut {
  const given = vectorBatch(manifest, vector);
  const context = vectorCtx(vector);
  const missing = (): never => {
    throw new Error(`no ${vector.call}`);
  };
  switch (vector.call) {
    case 'score':
      return { call: 'score', out: algorithm.score?.(given, context) ?? missing() };
    case 'decide':
      return { call: 'decide', out: algorithm.decide?.(given, context) ?? missing() };
    case 'dampen':
      return { call: 'dampen', out: { factor: algorithm.dampen?.(given, context) ?? missing() } };
    case 'explain': {
      const rows = Uint32Array.from(vector.rows);
      return { call: 'explain', out: { contribution: algorithm.explain?.(given, context, rows) ?? missing() } };
    }
    default:
      return missing();
  }
}

describe('a compiled rule set', () => {
  test('answers what its rules mean, whatever the posts', () => {
    fc.assert(
      fc.property(ruleSet, batch, (set, given) => {
        const held = evaluateRules(set, given);
        const expected = Array.from({ length: N }, (_, row) => meant(set, held, row));
        expect(answered(set, load(compileRules(set).code), given)).toEqual(expected);
      }),
      { numRuns: RUNS },
    );
  });

  test('is a valid package that passes its own vectors, and gives its rules back', () => {
    fc.assert(
      fc.property(ruleSet, (set) => {
        const packed = AlgorithmPackage.parse(compileRules(set));
        const algorithm = load(packed.code);
        for (const raw of packed.vectors) {
          const vector = Vector.parse(raw);
          expect(vectorDifference(packed.manifest, vector, answerOf(algorithm, packed, vector))).toBeNull();
        }
        expect(rulesOf(packed)).toEqual(RuleSet.parse(set));
      }),
      { numRuns: RUNS },
    );
  });

  test('has the same bytes in whatever order its parts are given', () => {
    const rule = { when: [{ value: 5, compare: 'atLeast', column: 'likes', about: 'post' }], points: 2, match: 'all' };
    const one = { rules: [rule], kind: 'ranker', revision: 1, name: 'Mine', id: 'mine' } as RuleSet;
    expect(compileRules(one)).toEqual(compileRules(RuleSet.parse(one)));
    expect(rulesOf(compileRules(one))).toEqual(one);
  });

  test('that was changed by hand is no rule set any more', () => {
    const packed = compileRules(
      RuleSet.parse({
        id: 'mine',
        name: 'Mine',
        revision: 1,
        kind: 'ranker',
        rules: [{ match: 'all', when: [{ about: 'post', column: 'likes', compare: 'atLeast', value: 5 }], points: 2 }],
      }),
    );
    expect(rulesOf(packed)).not.toBeNull();
    expect(rulesOf({ ...packed, code: packed.code.replace('POINTS = [2]', 'POINTS = [3]') })).toBeNull();
    expect(rulesOf({ ...packed, code: `// rules: {"\n${packed.code}` })).toBeNull();
    expect(rulesOf({ ...packed, code: 'module.exports = {}' })).toBeNull();
  });
});

describe('in words', () => {
  test('a rule reads as a sentence part', () => {
    const words = ruleInWords({
      match: 'all',
      when: [
        { about: 'post', column: 'likes', compare: 'atLeast', value: 5 },
        { about: 'post', column: 'hasLink', compare: 'is', value: 0 },
        { about: 'author', column: 'iFollow', compare: 'is', value: 1 },
        { about: 'words', has: 'none', words: ['cat', 'dog'], where: 'content' },
        { about: 'language', is: false, languages: ['de', 'ja'] },
      ],
    });
    expect(words).toBe(
      'how many likes a post has: at least 5, and not: a post has a link, and you follow an author, and none of “cat”, “dog” in its text, and the language is none of de, ja',
    );
  });
});
