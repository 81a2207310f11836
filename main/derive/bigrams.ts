/** Scripts written without spaces between words, or (Hangul) with endings that grow onto them. */
const RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー々〆]+/gu;
const HAS_RUN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}ー々〆]/u;
const PRIVATE = /[\uE000-\uF8FF]/g;
const NOT_LATIN1 = /[^\u0000-\u00ff]/;

/** True where `text` has a run that is indexed by bigrams. */
export function hasRun(text: string): boolean {
  return NOT_LATIN1.test(text) && HAS_RUN.test(text);
}

/** Overlapping pairs of characters of one run; a single character stays as it is. */
export function bigrams(run: string): string[] {
  const characters = [...run];
  if (characters.length < 2) return characters;
  const pairs: string[] = [];
  for (let i = 0; i + 1 < characters.length; i++) pairs.push(`${characters[i] ?? ''}${characters[i + 1] ?? ''}`);
  return pairs;
}

/** Splits `text` at the borders of its runs, in order. */
export function splitRuns(text: string): { run: boolean; text: string }[] {
  if (!hasRun(text)) return text === '' ? [] : [{ run: false, text }];
  const parts: { run: boolean; text: string }[] = [];
  let last = 0;
  for (const match of text.matchAll(RUN)) {
    if (match.index > last) parts.push({ run: false, text: text.slice(last, match.index) });
    parts.push({ run: true, text: match[0] });
    last = match.index + match[0].length;
  }
  if (last < text.length) parts.push({ run: false, text: text.slice(last) });
  return parts;
}

/**
 * The form of a text that both the index and a query are made from: compatibility characters folded (full-width
 * letters, half-width kana), and without private-use characters, which mark the index's own words.
 */
export function foldText(text: string): string {
  if (!NOT_LATIN1.test(text)) return text;
  return text.normalize('NFKC').replace(PRIVATE, '');
}

/**
 * What the full-text index is given for `text`; null where it is `text` itself. Each run becomes its bigrams, so that
 * any two characters in a row are found. Its distinct characters follow at the end of the text, so that one alone is
 * found and words around a run stay beside it.
 */
export function searchText(text: string): string | null {
  const folded = foldText(text);
  if (!hasRun(folded)) return folded === text ? null : folded;
  const characters = new Set<string>();
  const parts = splitRuns(folded).map((part) => {
    if (!part.run) return part.text;
    for (const character of part.text) characters.add(character);
    return ` ${bigrams(part.text).join(' ')} `;
  });
  return `${parts.join('')} ${[...characters].join(' ')}`;
}
