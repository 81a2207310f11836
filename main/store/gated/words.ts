import { LockerError } from '../../../protocol/errors.ts';
import { matchQuery, searchText, termsOf, textsOf, wordsOf, type FieldSource } from '../../derive/index.ts';

/** Words that must stand in a row. */
export type Phrase = readonly string[];

export interface WordQuery {
  /** A query of the full-text index that finds at least what the phrases find. */
  readonly match: string;
  readonly phrases: readonly Phrase[];
}

/** Whole words and "phrases" that must all occur. Throws bad_query where there is none. */
export function wordQuery(typed: string): WordQuery {
  // With a space after it, the last word is finished.
  const match = matchQuery(`${typed} `);
  const phrases = termsOf(`${typed} `).map(({ words }) => words.flatMap(wordsOf));
  if (match === null || phrases.length === 0 || phrases.some((phrase) => phrase.length === 0))
    throw new LockerError('bad_query');
  return { match, phrases };
}

/** True where each phrase occurs within one of these fields. Counted, ranked or marked is nothing. */
export function hasWords(record: FieldSource, names: readonly string[], phrases: readonly Phrase[]): boolean {
  const texts = names.flatMap((name) => textsOf(name, record));
  const indexed = texts.map((text) => wordsOf(searchText(text) ?? text));
  return phrases.every((phrase) => indexed.some((words) => occursIn(words, phrase)));
}

function occursIn(words: readonly string[], phrase: Phrase): boolean {
  const [first] = phrase;
  if (first === undefined) return false;
  for (let i = words.indexOf(first); i >= 0; i = words.indexOf(first, i + 1)) {
    if (phrase.every((word, j) => words[i + j] === word)) return true;
  }
  return false;
}
