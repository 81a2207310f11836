import { Manifest, type AlgorithmPackage } from '../../protocol/manifest.ts';
import { isAuthorColumn, isPostColumn } from '../../protocol/columns.ts';
import { RuleSet } from '../../protocol/owner/rules.ts';
import { codeOf, columnsOf, RULES_LINE } from './code.ts';
import { ruleVectors } from './vectors.ts';
import { ruleInWords } from './words.ts';

/** Prefix of the package ids of rule sets. */
export const RULES_PREFIX = 'own.rules.';

/** Names in the manifest are cut to this. */
const NAME_LENGTH = 200;

/** The package of a rule set: equal rules, equal bytes. */
export function compileRules(given: RuleSet): AlgorithmPackage {
  // In the schema's order, as they are read back.
  const set = RuleSet.parse(given);
  const manifest = manifestOf(set);
  return { manifest, code: codeOf(set), vectors: ruleVectors(set, manifest), page: pageOf(set) };
}

/** The rules that a package was made from; null for one that was written, or changed, by hand. */
export function rulesOf({ manifest, code }: Pick<AlgorithmPackage, 'manifest' | 'code'>): RuleSet | null {
  const [line = ''] = code.split('\n', 1);
  if (!line.startsWith(RULES_LINE)) return null;
  const set = RuleSet.safeParse(parsed(line.slice(RULES_LINE.length)));
  if (!set.success) return null;
  const again = compileRules(set.data);
  const isSame = again.code === code && JSON.stringify(again.manifest) === JSON.stringify(Manifest.parse(manifest));
  return isSame ? set.data : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function manifestOf(set: RuleSet): Manifest {
  const needed = set.rules.map(columnsOf);
  const post = new Set(needed.flatMap((columns) => columns.post));
  const author = new Set(needed.flatMap((columns) => columns.author));
  const conditions = set.rules.flatMap(({ when }) => when);
  if (author.size > 0) post.add('authorIdx');
  return Manifest.parse({
    apiVersion: 1,
    id: RULES_PREFIX + set.id,
    version: `1.0.${String(set.revision)}`,
    kind: set.kind,
    scope: 'item',
    name: { en: set.name },
    summary: { en: summaryOf(set) },
    license: 'CC0-1.0',
    source: 'made of rules',
    author: 'You',
    needs: {
      post: [...post].sort(),
      author: [...author].sort(),
      text: conditions.some(({ about }) => about === 'words') ? 'full' : 'none',
    },
    window: { maxAgeHours: null, maxItems: null },
    ...(set.kind === 'ranker' ? { scoreBounds: boundsOf(set.rules) } : {}),
    contributions:
      set.kind === 'ranker'
        ? set.rules.map((rule) => {
            const columns = columnsOf(rule);
            const names = [...columns.post.filter(isPostColumn), ...columns.author.filter(isAuthorColumn)];
            return { name: { en: cut(ruleInWords(rule)) }, columns: names };
          })
        : [],
    reasons:
      set.kind === 'blocker'
        ? set.rules.map((rule, at) => ({
            code: `rule_${String(at + 1)}`,
            params: [],
            text: { en: `your rule: ${cut(ruleInWords(rule))}` },
          }))
        : [],
    limits: { cpuMsPer1000: 50, memoryMb: 64 },
  });
}

function boundsOf(rules: readonly { readonly points: number }[]): [number, number] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  const points = rules.map((rule) => rule.points);
  return [sum(points.filter((one) => one < 0)), sum(points.filter((one) => one > 0))];
}

function summaryOf({ kind, rules }: RuleSet): string {
  const count = rules.length === 1 ? 'one rule' : `${String(rules.length)} rules`;
  switch (kind) {
    case 'ranker':
      return `Your own points, by ${count}.`;
    case 'blocker':
      return `Marks or hides posts by ${count} of yours.`;
    case 'damper':
      return `Holds posts back by ${count} of yours.`;
  }
}

const SEVERITY = ['a note on', 'a warning on', 'covered pictures of', 'hidden:'] as const;

function pageOf(set: RuleSet): string {
  const lines = sentencesOf(set).map((sentence) => `- ${sentence}`);
  return `# ${set.name}\n\n${summaryOf(set)} What is not known about a post meets no condition.\n\n${lines.join('\n')}\n`;
}

function sentencesOf(set: RuleSet): string[] {
  switch (set.kind) {
    case 'ranker':
      return set.rules.map((rule) => `${rule.points > 0 ? '+' : ''}${String(rule.points)} if ${ruleInWords(rule)}`);
    case 'damper':
      return set.rules.map((rule) => `× ${String(rule.factor)} if ${ruleInWords(rule)}`);
    case 'blocker':
      return set.rules.map(
        (rule) =>
          `${SEVERITY[rule.severity]} ${rule.target === 'post' ? 'the post' : 'all posts of its author'} if ${ruleInWords(rule)}`,
      );
  }
}

function cut(text: string): string {
  return text.length > NAME_LENGTH ? `${text.slice(0, NAME_LENGTH - 1)}…` : text;
}
