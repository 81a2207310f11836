import { AUTHOR_COLUMNS, POST_COLUMNS, type Column } from '../../protocol/columns.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Condition, RuleSet } from '../../protocol/owner/rules.ts';
import { Vector } from '../../protocol/vector.ts';
import { vectorBatch } from '../../protocol/vector-batch.ts';
import type { Json } from '../../protocol/json.ts';
import { evaluateRules } from './evaluate.ts';

const ROWS = 12;
const LANGUAGES = ['en', 'de', 'ja'];

/** Made-up posts around the values that the conditions ask for, with the answers that the rules mean. */
export function ruleVectors(set: RuleSet, manifest: Manifest): Json[] {
  const given = givenTo(set, manifest);
  const batch = vectorBatch(manifest, Vector.parse({ ...given, call: 'score', expect: { score: [] } }));
  const held = evaluateRules(set, batch);
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  const at = (rule: number, row: number): number => held[rule]?.[row] ?? 0;
  switch (set.kind) {
    case 'ranker': {
      const score = rows.map((row) => set.rules.reduce((sum, { points }, rule) => sum + at(rule, row) * points, 0));
      const contribution = rows.flatMap((row) => set.rules.map(({ points }, rule) => at(rule, row) * points));
      return [
        { ...given, call: 'score', expect: { score } },
        { ...given, call: 'explain', rows, expect: { contribution } },
      ];
    }
    case 'damper': {
      const factor = rows.map((row) =>
        set.rules.reduce((product, rule, which) => product * (at(which, row) === 1 ? rule.factor : 1), 1),
      );
      return [{ ...given, call: 'dampen', expect: { factor } }];
    }
    case 'blocker': {
      const decisions = rows.flatMap((row) =>
        (['post', 'author'] as const).flatMap((target) => {
          const holding = set.rules
            .map(({ severity, target: about }, rule) => ({ severity, about, rule }))
            .filter(({ about, rule }) => about === target && at(rule, row) === 1);
          const severest = holding.sort((a, b) => b.severity - a.severity || a.rule - b.rule)[0];
          if (severest === undefined) return [];
          const reason = `rule_${String(severest.rule + 1)}`;
          return [{ row, severity: severest.severity, target: target === 'post' ? 0 : 1, reason, args: [] }];
        }),
      );
      return [{ ...given, call: 'decide', expect: { decisions } }];
    }
  }
}

type Given = { readonly name: string; readonly n: number } & Record<string, Json>;

function givenTo({ rules }: RuleSet, { needs }: Manifest): Given {
  const conditions = rules.flatMap(({ when }) => when);
  const post: Record<string, Json> = {};
  const author: Record<string, Json> = {};
  let turn = 0;
  for (const name of needs.post)
    post[name] =
      name === 'authorIdx' || name === 'langIdx'
        ? Array.from({ length: ROWS }, (_, row) => (row % 5 === 4 ? null : row % LANGUAGES.length))
        : around(POST_COLUMNS[name], asked(conditions, 'post', name), ++turn);
  for (const name of needs.author)
    author[name] = around(AUTHOR_COLUMNS[name], asked(conditions, 'author', name), ++turn);
  return {
    name: 'around the values asked for',
    n: ROWS,
    post,
    author,
    ...(needs.post.includes('langIdx') ? { langs: LANGUAGES } : {}),
    ...(needs.text === 'full' ? { text: textsWith(conditions) } : {}),
  };
}

function asked(conditions: readonly Condition[], about: 'post' | 'author', column: string): number[] {
  return conditions.flatMap((one) =>
    (one.about === 'post' || one.about === 'author') && one.about === about && one.column === column ? [one.value] : [],
  );
}

/** Values at, under and over the ones asked for, and one that is not known; `turn` lets columns differ in their rhythm. */
function around({ type, missing }: Column, values: readonly number[], turn: number): (number | null)[] {
  const most = type === 'u8' ? 254 : type === 'u32' ? 0xfffffffe : Infinity;
  const near = values.flatMap((value) => [value, value - 1, value + 1]);
  const fit = type === 'f64' ? near : near.filter((value) => Number.isInteger(value) && value >= 0 && value <= most);
  const all: (number | null)[] = [...(fit.length === 0 ? [0, 1] : fit), ...(missing === 0 ? [] : [null])];
  return Array.from({ length: ROWS }, (_, row) => all[Math.floor(row / turn + row) % all.length] ?? null);
}

/** Each post says one of the words, alone, within a longer word, or in a tag; some say nothing. */
function textsWith(conditions: readonly Condition[]): Json[] {
  const words = conditions.flatMap((one) => (one.about === 'words' ? one.words : []));
  return Array.from({ length: ROWS }, (_, row): Json => {
    const word = words[row % words.length] ?? '';
    switch (row % 4) {
      case 0:
        return [['content', `So: ${word}!`]];
      case 1:
        return [['content', `x${word}x`]];
      case 2:
        return [
          ['content', 'Nothing'],
          ['tag', word],
        ];
      default:
        return [];
    }
  });
}
