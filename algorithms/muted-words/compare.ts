import { HIDDEN, WORD, type Characters } from './characters.ts';

/** Whether the letters of `text[start..end]`, anything else left out, are exactly `letters`. */
export function sameLetters(
  text: string,
  start: number,
  end: number,
  letters: string,
  characters: Characters,
): boolean {
  let place = 0;
  for (let at = start; at < end; at++) {
    const unit = text.charCodeAt(at);
    const known = characters.info[unit] || characters.learn(unit);
    if ((known & WORD) === 0) continue;
    if (place >= letters.length || letters.charCodeAt(place) !== (known & 0xffff)) return false;
    place++;
  }
  return place === letters.length;
}

/** Whether `text`, read back from `end` and not past `from`, ends with the folded `ending`. */
export function endsWith(text: string, from: number, end: number, ending: string, characters: Characters): boolean {
  let place = ending.length - 1;
  for (let at = end - 1; at >= from && place >= 0; at--) {
    const unit = text.charCodeAt(at);
    const known = characters.info[unit] || characters.learn(unit);
    if ((known & HIDDEN) !== 0) continue;
    if (ending.charCodeAt(place) !== (known & 0xffff)) return false;
    place--;
  }
  return place < 0;
}

/** Whether `text`, read on from `start` and not past `to`, starts with the folded `beginning`. */
export function startsWith(
  text: string,
  start: number,
  to: number,
  beginning: string,
  characters: Characters,
): boolean {
  let place = 0;
  for (let at = start; at < to && place < beginning.length; at++) {
    const unit = text.charCodeAt(at);
    const known = characters.info[unit] || characters.learn(unit);
    if ((known & HIDDEN) !== 0) continue;
    if (beginning.charCodeAt(place) !== (known & 0xffff)) return false;
    place++;
  }
  return place === beginning.length;
}

/** Where the word that starts at `start` ends. */
function wordEnd(text: string, start: number, to: number, characters: Characters): number {
  let at = start;
  while (at < to) {
    const unit = text.charCodeAt(at);
    if (((characters.info[unit] || characters.learn(unit)) & (WORD | HIDDEN)) === 0) break;
    at++;
  }
  return at;
}

/** Where the next word after `start` begins, at most `reach` units away; -1: none. */
function nextWord(text: string, start: number, to: number, reach: number, characters: Characters): number {
  const limit = Math.min(to, start + reach);
  for (let at = start; at < limit; at++) {
    const unit = text.charCodeAt(at);
    if (((characters.info[unit] || characters.learn(unit)) & WORD) !== 0) return at;
  }
  return -1;
}

/** Units between two words of a phrase: spaces, a line break, a comma, a dash. */
const GAP = 8;

/** Where a phrase ends whose first word ends at `end` and whose further words are `rest`; -1: it is not there. */
export function phraseEnd(
  text: string,
  end: number,
  to: number,
  rest: readonly string[],
  characters: Characters,
): number {
  let at = end;
  for (const letters of rest) {
    const start = nextWord(text, at, to, GAP, characters);
    if (start < 0) return -1;
    at = wordEnd(text, start, to, characters);
    if (!sameLetters(text, start, at, letters, characters)) return -1;
  }
  return at;
}
