import { clean } from './json-access.ts';
import { bigrams, foldText, splitRuns } from './bigrams.ts';

/** Words of one query: more would only make it slower, never more exact. */
const WORDS_MAX = 24;
const TEXT_MAX = 500;
/** A text without any of these has no word; characters newer than this table count, because the index may know them. */
const WORD = /[^\p{P}\p{S}\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Me}]/u;

/** A word or phrase that must occur. */
export interface Term {
  /** Words in a row, as the index has them. */
  readonly words: readonly string[];
  /** True where the last word may go on. */
  readonly prefix: boolean;
}

/**
 * What a person typed, as terms that must all occur: words, and "phrases" in quotation marks. The last word may be
 * unfinished, unless it is quoted, a single character, or followed by a space.
 */
export function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  const typed = foldText(clean(text.slice(0, TEXT_MAX)));
  const parts = typed.matchAll(/"([^"]*)"?|[^\s"]+/gu);
  const isOpen = !/\s$/u.test(typed);
  for (const part of parts) {
    const quoted = part[1];
    const own = quoted === undefined ? [{ run: part[0] }] : quoted.split(/\s+/).map((run) => ({ run }));
    const words = own.flatMap(({ run }) => wordsOf(run));
    if (words.some((word) => WORD.test(word)))
      terms.push({ words: words.slice(0, WORDS_MAX), prefix: quoted === undefined });
  }
  return terms
    .slice(0, WORDS_MAX)
    .map((term, i, all) => ({ ...term, prefix: isOpen && term.prefix && i === all.length - 1 && mayGoOn(term.words) }));
}

/** What lies between runs stays, as it is: the index leaves out the same of it here and in the text. */
function wordsOf(typed: string): string[] {
  return splitRuns(typed).flatMap((piece) => (piece.run ? bigrams(piece.text) : [piece.text]));
}

/** Pairs of characters are found inside longer runs anyway, and a single letter goes on as nearly everything. */
function mayGoOn(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  return [...last].length >= 2 && !splitRuns(last).some(({ run }) => run);
}

/** A query of the full-text index: quoted words only, so nothing of what was typed is read as an operator. Null: no words. */
export function matchQuery(text: string): string | null {
  const terms = termsOf(text);
  if (terms.length === 0) return null;
  return terms.map(({ words, prefix }) => `${quoted(words.join(' '))}${prefix ? '*' : ''}`).join(' AND ');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
