import { AUTHOR_COLUMNS, POST_COLUMNS, type AuthorColumn, type PostColumn } from '../../protocol/columns.ts';
import {
  RULE_AUTHOR_COLUMNS,
  RULE_POST_COLUMNS,
  RULE_VALUES,
  type Condition,
  type RuleDraft,
  type RuleSet,
} from '../../protocol/owner/rules.ts';

/** One choice of what a condition looks at; `key` names it in a select. */
export interface Subject {
  readonly key: string;
  readonly label: string;
  /** amount: a number; flag: yes or no; named: one of a few. */
  readonly form: 'amount' | 'flag' | 'named' | 'words' | 'language';
  readonly unit: string;
  readonly names: readonly string[];
}

const WHETHER = 'whether ';

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase('en') + text.slice(1);
}

function subjectOf(key: string, label: string, unit: string, names: readonly string[] = []): Subject {
  const isFlag = label.startsWith(WHETHER);
  const form = isFlag ? 'flag' : names.length > 0 ? 'named' : 'amount';
  return { key, label: capital(isFlag ? label.slice(WHETHER.length) : label), form, unit, names };
}

export const POST_SUBJECTS: readonly Subject[] = RULE_POST_COLUMNS.map((name) =>
  subjectOf(`post.${name}`, POST_COLUMNS[name].label, POST_COLUMNS[name].unit, RULE_VALUES[name]),
);
export const AUTHOR_SUBJECTS: readonly Subject[] = RULE_AUTHOR_COLUMNS.map((name) =>
  subjectOf(`author.${name}`, AUTHOR_COLUMNS[name].label, AUTHOR_COLUMNS[name].unit, RULE_VALUES[name]),
);

export function subjectKey(condition: Condition): string {
  return 'column' in condition ? `${condition.about}.${condition.column}` : condition.about;
}

export function subjectFor(condition: Condition): Subject {
  const key = subjectKey(condition);
  const known = [...POST_SUBJECTS, ...AUTHOR_SUBJECTS].find((subject) => subject.key === key);
  if (known !== undefined) return known;
  return { key, label: '', form: condition.about === 'words' ? 'words' : 'language', unit: '', names: [] };
}

function postColumn(name: string): PostColumn | undefined {
  return RULE_POST_COLUMNS.find((column) => column === name);
}

function authorColumn(name: string): AuthorColumn | undefined {
  return RULE_AUTHOR_COLUMNS.find((column) => column === name);
}

/** A condition about something else, as it starts. */
export function conditionAbout(key: string): Condition {
  const [about = '', name = ''] = key.split('.', 2);
  if (about === 'words') return { about, has: 'any', words: [], where: 'anywhere' };
  if (about === 'language') return { about, is: true, languages: ['en'] };
  const author = about === 'author' ? authorColumn(name) : undefined;
  const subject = [...POST_SUBJECTS, ...AUTHOR_SUBJECTS].find((one) => one.key === key);
  const start =
    subject?.form === 'amount'
      ? ({ compare: 'atLeast', value: 1 } as const)
      : ({ compare: 'is', value: subject?.form === 'flag' ? 1 : 0 } as const);
  if (author !== undefined) return { about: 'author', column: author, ...start };
  return { about: 'post', column: postColumn(name) ?? 'likes', ...start };
}

const FIRST = { match: 'all' as const, when: [conditionAbout('post.isBoost')] };

const RANK = { ...FIRST, points: 1 };
const BLOCK = { ...FIRST, severity: 3 as const, target: 'post' as const };
const DAMP = { ...FIRST, factor: 0.5 };

/** Rules as they start, of a kind. */
export function newDraft(kind: RuleDraft['kind']): RuleDraft {
  switch (kind) {
    case 'ranker':
      return { name: '', kind, rules: [RANK] };
    case 'blocker':
      return { name: '', kind, rules: [BLOCK] };
    case 'damper':
      return { name: '', kind, rules: [DAMP] };
  }
}

/** A rule set as it is changed. */
export function draftOf(set: RuleSet): RuleDraft {
  const { name } = set;
  switch (set.kind) {
    case 'ranker':
      return { name, kind: set.kind, rules: set.rules };
    case 'blocker':
      return { name, kind: set.kind, rules: set.rules };
    case 'damper':
      return { name, kind: set.kind, rules: set.rules };
  }
}

/** The draft with another rule at its end. */
export function withRule(draft: RuleDraft): RuleDraft {
  switch (draft.kind) {
    case 'ranker':
      return { ...draft, rules: [...draft.rules, RANK] };
    case 'blocker':
      return { ...draft, rules: [...draft.rules, BLOCK] };
    case 'damper':
      return { ...draft, rules: [...draft.rules, DAMP] };
  }
}

/** What can be changed in a rule, whatever its kind. */
export interface RuleChange {
  readonly match?: 'all' | 'any';
  readonly when?: Condition[];
  readonly points?: number;
  readonly severity?: 0 | 1 | 2 | 3;
  readonly target?: 'post' | 'author';
  readonly factor?: number;
}

/** The draft with rule `at` changed; null: without it. */
export function changedRule(draft: RuleDraft, at: number, change: RuleChange | null): RuleDraft {
  const edit = <R extends object>(rules: readonly R[]): R[] =>
    rules.flatMap((rule, place) => (place !== at ? [rule] : change === null ? [] : [{ ...rule, ...change }]));
  switch (draft.kind) {
    case 'ranker':
      return { ...draft, rules: edit(draft.rules) };
    case 'blocker':
      return { ...draft, rules: edit(draft.rules) };
    case 'damper':
      return { ...draft, rules: edit(draft.rules) };
  }
}

/** Lines of a text field as words. */
export function wordsIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Language tags in a text field: `en, de-AT` → en, de. */
export function languagesIn(text: string): string[] {
  const tags = text
    .toLowerCase()
    .split(/[\s,;]+/u)
    .map((tag) => tag.split('-')[0] ?? '');
  return [...new Set(tags.filter((tag) => tag !== ''))];
}
