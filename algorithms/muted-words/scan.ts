import { BREAK, HIDDEN, SLOW, SPACE, WORD, type Characters } from './characters.ts';

/** Where in the text a pattern may be: only a look at it tells. */
export type Candidate<Pattern> = (pattern: Pattern, start: number, end: number) => void;

const BITS = 65535;

function slot(hash: number): number {
  return (hash ^ (hash >>> 16)) & BITS;
}

function step(hash: number, unit: number): number {
  return (Math.imul(hash, 31) + unit) | 0;
}

/** Patterns by a 32-bit key, with a table of bits in front that answers most questions with "no". */
class Index<Pattern> {
  readonly bits = new Uint8Array(BITS + 1);
  readonly #patterns = new Map<number, Pattern[]>();
  size = 0;

  add(key: number, pattern: Pattern): void {
    const same = this.#patterns.get(key);
    if (same === undefined) this.#patterns.set(key, [pattern]);
    else same.push(pattern);
    this.bits[slot(key)] = 1;
    this.size++;
  }

  get(key: number): readonly Pattern[] {
    return this.#patterns.get(key) ?? [];
  }
}

/**
 * Finds many words in one pass over the text. Whole words are found by the hash of their letters, parts of words by
 * their last two or four units. What it reports are candidates: equal hashes are not equal words.
 */
export class Scanner<Pattern> {
  readonly #characters: Characters;
  readonly #words = new Index<Pattern>();
  readonly #joined = new Index<Pattern>();
  readonly #pairs = new Index<Pattern>();
  readonly #fours = new Index<Pattern>();
  readonly #singles = new Index<Pattern>();

  constructor(characters: Characters) {
    this.#characters = characters;
  }

  /** A folded word, found as a run of letters between anything else. */
  addWord(letters: string, pattern: Pattern): void {
    this.#words.add(hashOf(letters), pattern);
  }

  /** A folded word, found also where punctuation stands between its letters, or white space in a tag. */
  addJoined(letters: string, pattern: Pattern): void {
    this.#joined.add(hashOf(letters), pattern);
  }

  /** A folded text, found anywhere, also inside words. */
  addInside(text: string, pattern: Pattern): void {
    const end = text.length;
    const last = (back: number): number => text.charCodeAt(end - 1 - back);
    if (end === 1) this.#singles.add(last(0), pattern);
    else if (end < 4) this.#pairs.add((last(1) << 16) | last(0), pattern);
    else this.#fours.add((last(3) << 24) ^ (last(2) << 16) ^ (last(1) << 8) ^ last(0), pattern);
  }

  /**
   * Reads `text[from..to]` once.
   *
   * @param asTag the whole of it is one name: white space does not part it
   * @returns whether the text holds characters that need the slow way
   */
  scan(
    text: string,
    from: number,
    to: number,
    asTag: boolean,
    onWord: Candidate<Pattern>,
    onJoined: Candidate<Pattern>,
    onInside: Candidate<Pattern>,
  ): boolean {
    const { info, learn } = this.#characters;
    const wordBits = this.#words.bits;
    const joinedBits = this.#joined.bits;
    const anyInside = this.#singles.size + this.#pairs.size + this.#fours.size > 0;
    const spaceParts = asTag ? 0 : SPACE | BREAK;
    let seen = 0;
    let word = 0;
    let wordStart = -1;
    let joined = 0;
    let joinedStart = -1;
    let parts = 0;
    for (let at = from; at < to; at++) {
      const unit = text.charCodeAt(at);
      const known = info[unit] || learn(unit);
      seen |= known;
      if ((known & WORD) !== 0) {
        const folded = known & 0xffff;
        if (wordStart < 0) {
          wordStart = at;
          parts++;
        }
        if (joinedStart < 0) joinedStart = at;
        word = step(word, folded);
        joined = step(joined, folded);
      } else if ((known & HIDDEN) === 0) {
        if (wordStart >= 0) {
          if (wordBits[slot(word)] === 1) this.#report(this.#words, word, wordStart, at, onWord);
          word = 0;
          wordStart = -1;
        }
        if ((known & spaceParts) !== 0 && joinedStart >= 0) {
          if (parts > 1 && joinedBits[slot(joined)] === 1)
            this.#report(this.#joined, joined, joinedStart, at, onJoined);
          joined = 0;
          joinedStart = -1;
          parts = 0;
        }
      }
    }
    if (wordStart >= 0 && wordBits[slot(word)] === 1) this.#report(this.#words, word, wordStart, to, onWord);
    if (joinedStart >= 0 && (parts > 1 || asTag) && joinedBits[slot(joined)] === 1)
      this.#report(this.#joined, joined, joinedStart, to, onJoined);
    if (anyInside) this.#scanInside(text, from, to, onInside);
    return (seen & SLOW) !== 0;
  }

  #report(index: Index<Pattern>, key: number, start: number, end: number, candidate: Candidate<Pattern>): void {
    for (const pattern of index.get(key)) candidate(pattern, start, end);
  }

  #scanInside(text: string, from: number, to: number, onInside: Candidate<Pattern>): void {
    const { info, learn } = this.#characters;
    const singleBits = this.#singles.bits;
    const pairBits = this.#pairs.bits;
    const fourBits = this.#fours.bits;
    const singles = this.#singles.size > 0;
    const pairs = this.#pairs.size > 0;
    const fours = this.#fours.size > 0;
    let pair = 0;
    let four = 0;
    for (let at = from; at < to; at++) {
      const unit = text.charCodeAt(at);
      const known = info[unit] || learn(unit);
      if ((known & HIDDEN) !== 0) continue;
      const folded = known & 0xffff;
      pair = (pair << 16) | folded;
      four = (four << 8) ^ folded;
      if (fours && fourBits[slot(four)] === 1) this.#report(this.#fours, four, from, at + 1, onInside);
      if (pairs && pairBits[slot(pair)] === 1) this.#report(this.#pairs, pair, from, at + 1, onInside);
      if (singles && singleBits[slot(folded)] === 1) this.#report(this.#singles, folded, from, at + 1, onInside);
    }
  }
}

function hashOf(letters: string): number {
  let hash = 0;
  for (let at = 0; at < letters.length; at++) hash = step(hash, letters.charCodeAt(at));
  return hash;
}
