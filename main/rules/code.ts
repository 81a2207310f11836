import { AUTHOR_COLUMNS, POST_COLUMNS, type Column } from '../../protocol/columns.ts';
import { TEXT_KINDS } from '../../protocol/record.ts';
import type { Comparison, Condition, Rule, RuleSet } from '../../protocol/owner/rules.ts';
import { KINDS_OF, SPACELESS } from './evaluate.ts';
import { tidyWords } from './tidy.ts';
import { ruleInWords } from './words.ts';

/** First line of the code: the rules it was made from. */
export const RULES_LINE = '// rules: ';

const OPERATOR: Readonly<Record<Exclude<Comparison, 'isNot'>, string>> = { atLeast: '>=', below: '<', is: '===' };

/** Looks for words in the arena as a whole, since one search in a long text is cheaper than many in short ones. */
const FIND_WORDS = String.raw`
const LETTER = /[\p{L}\p{N}\p{M}_]/u;
const SPACELESS = /[${SPACELESS.map((script) => String.raw`\p{Script=${script}}`).join('')}]/u;

// The arena in small letters with plain spaces, and where its segments end; letters may become longer when made small.
function folded(text) {
  const whole = text.arena.toLowerCase();
  if (whole.length === text.arena.length) return { arena: whole.replace(/\s/gu, ' '), off: text.off };
  const off = new Uint32Array(text.off.length);
  let arena = '';
  for (let segment = 0; segment + 1 < off.length; segment++) {
    arena += text.arena.slice(text.off[segment], text.off[segment + 1]).toLowerCase();
    off[segment + 1] = arena.length;
  }
  return { arena: arena.replace(/\s/gu, ' '), off };
}

function letterBefore(arena, at, start) {
  if (at === start) return false;
  const low = arena.charCodeAt(at - 1);
  const wide = low >= 0xdc00 && low <= 0xdfff && at - 2 >= start;
  return LETTER.test(arena.slice(wide ? at - 2 : at - 1, at));
}

function letterAfter(arena, at, end) {
  return at < end && LETTER.test(String.fromCodePoint(arena.codePointAt(at)));
}

// 1 for each post with one of the words, whole, in a segment of one of the kinds.
function findWords(text, words, kinds) {
  const posts = text.postSeg.length - 1;
  const found = new Uint8Array(posts);
  const { arena, off } = folded(text);
  for (const word of words) {
    const last = Array.from(word).at(-1);
    const first = Array.from(word)[0];
    const whole = { start: LETTER.test(first) && !SPACELESS.test(first), end: LETTER.test(last) && !SPACELESS.test(last) };
    let segment = 0;
    let post = 0;
    for (let at = arena.indexOf(word); at !== -1; at = arena.indexOf(word, at + 1)) {
      while (off[segment + 1] <= at) segment++;
      const end = off[segment + 1];
      if (at + word.length > end || kinds[text.kind[segment]] !== 1) continue;
      while (text.postSeg[post + 1] <= segment) post++;
      if (whole.start && letterBefore(arena, at, off[segment])) continue;
      if (whole.end && letterAfter(arena, at + word.length, end)) continue;
      found[post] = 1;
    }
  }
  return found;
}
`;

/** Text of an object or string that ends no comment and no line. */
function quoted(value: unknown): string {
  return JSON.stringify(value).replace(/[\u2028\u2029]/gu, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}

/** The code of a rule set, for people to read: one condition, one line. */
export function codeOf(set: RuleSet): string {
  const conditions = new Conditions();
  const lines = set.rules.map((rule, at) => [
    `    // ${quoted(ruleInWords(rule))}`,
    `    if (${rule.when.map((one) => conditions.test(one)).join(rule.match === 'all' ? ' && ' : ' || ')}) held[${String(at)}][row] = 1;`,
  ]);
  return [
    `${RULES_LINE}${quoted(set)}`,
    `'use strict';`,
    ...(conditions.readsText ? [FIND_WORDS] : []),
    '// Per rule, 1 for each post on which it holds.',
    'function holding(batch) {',
    `  const held = Array.from({ length: ${String(set.rules.length)} }, () => new Uint8Array(batch.n));`,
    ...conditions.declarations,
    '  for (let row = 0; row < batch.n; row++) {',
    ...(conditions.readsAuthor ? ['    const by = authorIdx[row];'] : []),
    ...lines.flat(),
    '  }',
    '  return held;',
    '}',
    '',
    callOf(set),
  ].join('\n');
}

function callOf(set: RuleSet): string {
  switch (set.kind) {
    case 'ranker':
      return rankerCall(set.rules.map(({ points }) => points));
    case 'damper':
      return damperCall(set.rules.map(({ factor }) => factor));
    case 'blocker':
      return blockerCall(set.rules.map(({ severity, target }) => [severity, target === 'post' ? 0 : 1]));
  }
}

function rankerCall(points: readonly number[]): string {
  return `const POINTS = ${quoted(points)};

function score(batch) {
  const score = new Float64Array(batch.n);
  holding(batch).forEach((held, rule) => held.forEach((one, row) => (score[row] += one * POINTS[rule])));
  return { score };
}

function explain(batch, ctx, rows) {
  const held = holding(batch);
  const contribution = new Float64Array(rows.length * held.length);
  rows.forEach((row, at) => held.forEach((one, rule) => (contribution[at * held.length + rule] = one[row] * POINTS[rule])));
  return contribution;
}

module.exports = { score, explain };
`;
}

function damperCall(factors: readonly number[]): string {
  return `const FACTORS = ${quoted(factors)};

function dampen(batch) {
  const factor = new Float64Array(batch.n).fill(1);
  holding(batch).forEach((held, rule) => held.forEach((one, row) => (factor[row] *= one === 1 ? FACTORS[rule] : 1)));
  return factor;
}

module.exports = { dampen };
`;
}

function blockerCall(marks: readonly (readonly number[])[]): string {
  return `// Severity (0 inform, 1 warn, 2 blur media, 3 hide) and target (0 post, 1 author) of each rule.
const MARKS = ${quoted(marks)};

// Per post the severest rule about it, and the severest about its author; the first of equals.
function decide(batch) {
  const held = holding(batch);
  const row = [];
  const rule = [];
  for (let at = 0; at < batch.n; at++) {
    for (const target of [0, 1]) {
      let severest = -1;
      for (let which = 0; which < held.length; which++) {
        if (held[which][at] !== 1 || MARKS[which][1] !== target) continue;
        if (severest === -1 || MARKS[which][0] > MARKS[severest][0]) severest = which;
      }
      if (severest === -1) continue;
      row.push(at);
      rule.push(severest);
    }
  }
  return {
    row: Uint32Array.from(row),
    severity: Uint8Array.from(rule, (which) => MARKS[which][0]),
    target: Uint8Array.from(rule, (which) => MARKS[which][1]),
    reason: Uint16Array.from(rule),
    args: new Float64Array(0),
  };
}

module.exports = { decide };
`;
}

/** Turns conditions into expressions about a row, and keeps what must be looked up before. */
class Conditions {
  readonly #declared = new Map<string, string>();
  readsText = false;
  readsAuthor = false;

  get declarations(): string[] {
    return [...this.#declared].map(([text, name]) => `  const ${name} = ${text};`);
  }

  test(condition: Condition): string {
    switch (condition.about) {
      case 'post': {
        const { type } = POST_COLUMNS[condition.column];
        const name = this.#name(`batch.${type}.${condition.column}`, condition.column);
        return compared(POST_COLUMNS[condition.column], `${name}[row]`, condition);
      }
      case 'author': {
        this.readsAuthor = true;
        this.#name('batch.u32.authorIdx', 'authorIdx');
        const { type } = AUTHOR_COLUMNS[condition.column];
        const name = this.#name(`batch.author.${type}.${condition.column}`, `author_${condition.column}`);
        return compared(AUTHOR_COLUMNS[condition.column], `${name}[by]`, condition);
      }
      case 'words': {
        this.readsText = true;
        const words = quoted(tidyWords(condition.words, condition.where));
        const kinds = quoted(TEXT_KINDS.map((kind) => Number(KINDS_OF[condition.where].includes(kind))));
        const name = this.#name(`findWords(batch.text, ${words}, ${kinds})`, `words_${String(this.#declared.size)}`);
        return `${name}[row] === ${condition.has === 'any' ? '1' : '0'}`;
      }
      case 'language': {
        const index = this.#name('batch.u32.langIdx', 'langIdx');
        const spoken = quoted([...new Set(condition.languages)]);
        const name = this.#name(
          `batch.langs.map((tag) => ${spoken}.includes(tag.split('-')[0]))`,
          `languages_${String(this.#declared.size)}`,
        );
        return `${name}[${index}[row]] === ${String(condition.is)}`;
      }
    }
  }

  #name(text: string, name: string): string {
    const known = this.#declared.get(text);
    if (known !== undefined) return known;
    this.#declared.set(text, name);
    return name;
  }
}

/** A comparison that is false for what is not known. */
function compared(
  { missing }: Column,
  value: string,
  { compare, value: other }: { readonly compare: Comparison; readonly value: number },
): string {
  const amount = `(${String(other)})`;
  const test =
    compare === 'isNot' ? `(${value} < ${amount} || ${value} > ${amount})` : `${value} ${OPERATOR[compare]} ${amount}`;
  return missing === 0 || Number.isNaN(missing) ? test : `(${value} !== ${String(missing)} && ${test})`;
}

/** Columns that a rule looks at. */
export function columnsOf(rule: Rule): { readonly post: readonly string[]; readonly author: readonly string[] } {
  const post = new Set<string>();
  const author = new Set<string>();
  for (const condition of rule.when) {
    if (condition.about === 'post') post.add(condition.column);
    else if (condition.about === 'author') author.add(condition.column);
    else if (condition.about === 'language') post.add('langIdx');
  }
  return { post: [...post], author: [...author] };
}
