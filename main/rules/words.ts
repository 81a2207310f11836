import { AUTHOR_COLUMNS, POST_COLUMNS, type Column } from '../../protocol/columns.ts';
import { RULE_VALUES, type Comparison, type Condition, type Rule } from '../../protocol/owner/rules.ts';
import { compares } from './evaluate.ts';

const COMPARED: Readonly<Record<Comparison, string>> = {
  atLeast: 'at least',
  below: 'below',
  is: 'exactly',
  isNot: 'other than',
};
const WHERE = { anywhere: 'anywhere in it', content: 'in its text', tags: 'among its tags' } as const;
const MOST_WORDS = 5;
const WHETHER = 'whether ';

/** A rule's conditions as a sentence part: "how many likes a post has: at least 5, and a post has a link". */
export function ruleInWords({ match, when }: Pick<Rule, 'match' | 'when'>): string {
  return when.map(conditionInWords).join(match === 'all' ? ', and ' : ', or ');
}

function conditionInWords(condition: Condition): string {
  switch (condition.about) {
    case 'post':
      return comparedInWords(POST_COLUMNS[condition.column], condition, RULE_VALUES[condition.column]);
    case 'author':
      return comparedInWords(AUTHOR_COLUMNS[condition.column], condition, RULE_VALUES[condition.column]);
    case 'words':
      return `${condition.has === 'any' ? 'one' : 'none'} of ${wordsInWords(condition.words)} ${WHERE[condition.where]}`;
    case 'language':
      return `the language is ${condition.is ? '' : 'none of '}${condition.languages.join(', ')}`;
  }
}

function comparedInWords(
  { label, unit }: Column,
  { compare, value }: { readonly compare: Comparison; readonly value: number },
  names: readonly string[] = [],
): string {
  if (label.startsWith(WHETHER)) {
    const fact = label.slice(WHETHER.length);
    const [unset, set] = [compares(compare, 0, value), compares(compare, 1, value)];
    if (unset !== set) return set ? fact : `not: ${fact}`;
  }
  const amount = names[value] ?? `${String(value)}${unit === 'hours' || unit === 'days' ? ` ${unit}` : ''}`;
  return `${label}: ${COMPARED[compare]} ${amount}`;
}

function wordsInWords(words: readonly string[]): string {
  const some = words.slice(0, MOST_WORDS).map((word) => `“${word}”`);
  return words.length > MOST_WORDS
    ? `${some.join(', ')} and ${String(words.length - MOST_WORDS)} more`
    : some.join(', ');
}
