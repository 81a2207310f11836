import type { Batch } from '../../protocol/batch.ts';
import { AUTHOR_COLUMNS, NO_ROW, POST_COLUMNS, type Column } from '../../protocol/columns.ts';
import { TEXT_KINDS, type TextKind } from '../../protocol/record.ts';
import type { Comparison, Condition, RuleSet } from '../../protocol/owner/rules.ts';
import { tidyWords } from './tidy.ts';

/** Per rule, 1 for each row of the batch on which its conditions hold. */
export type RuleOutcome = readonly Uint8Array[];

type Test = (row: number) => boolean;

/** Text that words are looked for in; undefined: all of it. */
export const KINDS_OF: Readonly<Record<'anywhere' | 'content' | 'tags', readonly TextKind[]>> = {
  anywhere: TEXT_KINDS,
  content: ['content', 'warning', 'quote'],
  tags: ['tag'],
};

const LETTER = String.raw`[\p{L}\p{N}\p{M}_]`;
/** Scripts that put no space between words: a word in them may stand anywhere. */
export const SPACELESS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'] as const;
const SPACELESS_CLASS = SPACELESS.map((script) => String.raw`\p{Script=${script}}`).join('');
const BOUNDED = new RegExp(`^(?![${SPACELESS_CLASS}])${LETTER}$`, 'u');

/** Which rules hold in a batch: what the compiled package is held to. */
export function evaluateRules({ rules }: RuleSet, batch: Batch): RuleOutcome {
  return rules.map(({ match, when }) => {
    const tests = when.map((condition) => testOf(condition, batch));
    return Uint8Array.from({ length: batch.n }, (_, row) =>
      Number(match === 'all' ? tests.every((test) => test(row)) : tests.some((test) => test(row))),
    );
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}

export function compares(compare: Comparison, value: number, other: number): boolean {
  switch (compare) {
    case 'atLeast':
      return value >= other;
    case 'below':
      return value < other;
    case 'is':
      return value === other;
    case 'isNot':
      return value !== other;
  }
}

/** True where a value stands for "not known"; a flag that is not set is known. */
export function isUnknown({ missing }: Column, value: number): boolean {
  return Number.isNaN(value) || (missing !== 0 && value === missing);
}

function testOf(condition: Condition, batch: Batch): Test {
  switch (condition.about) {
    case 'post': {
      const { type } = POST_COLUMNS[condition.column];
      const values = batch[type][condition.column];
      return (row) => holds(POST_COLUMNS[condition.column], values?.[row], condition);
    }
    case 'author': {
      const { type } = AUTHOR_COLUMNS[condition.column];
      const values = batch.author[type][condition.column];
      return (row) =>
        holds(AUTHOR_COLUMNS[condition.column], values?.[batch.u32.authorIdx?.[row] ?? NO_ROW], condition);
    }
    case 'words':
      return wordTest(condition, batch);
    case 'language':
      return (row) => {
        const tag = batch.langs?.[batch.u32.langIdx?.[row] ?? NO_ROW];
        const within = tag !== undefined && condition.languages.includes(tag.split('-')[0] ?? '');
        return condition.is ? within : tag !== undefined && !within;
      };
  }
}

function holds(
  column: Column,
  value: number | undefined,
  { compare, value: other }: { readonly compare: Comparison; readonly value: number },
): boolean {
  return value !== undefined && !isUnknown(column, value) && compares(compare, value, other);
}

function wordTest({ has, words, where }: Extract<Condition, { about: 'words' }>, { text }: Batch): Test {
  const patterns = tidyWords(words, where).map((word) => {
    const points = Array.from(word);
    const before = BOUNDED.test(points[0] ?? '') ? `(?<!${LETTER})` : '';
    const after = BOUNDED.test(points.at(-1) ?? '') ? `(?!${LETTER})` : '';
    return new RegExp(before + escaped(word) + after, 'u');
  });
  const kinds = KINDS_OF[where];
  return (row) => {
    if (typeof text?.arena !== 'string') return false;
    let found = false;
    for (let segment = text.postSeg[row] ?? 0; segment < (text.postSeg[row + 1] ?? 0); segment++) {
      const kind = TEXT_KINDS[text.kind[segment] ?? -1];
      if (kind === undefined || !kinds.includes(kind)) continue;
      const said = text.arena
        .slice(text.off[segment], text.off[segment + 1])
        .toLowerCase()
        .replace(/\s/gu, ' ');
      found ||= patterns.some((pattern) => pattern.test(said));
    }
    return found === (has === 'any');
  };
}
