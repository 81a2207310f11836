import { BREAK, HIDDEN, LAST, SLOW, SPACE, WORD, type Characters } from './characters.ts';

/** Takes candidates: places where a pattern may be. Only a look at the text tells, since equal hashes are not equal words. */
export interface Candidates<Pattern> {
  /** A run of letters between anything else. */
  word(pattern: Pattern, start: number, end: number): void;
  /** Letters with punctuation between them. */
  joined(pattern: Pattern, start: number, end: number): void;
  /** Anywhere, ending before `end`. */
  inside(pattern: Pattern, end: number): void;
}

const SLOTS = 65535;
const FOLDED = 0xffff;

function slot(hash: number): number {
  return (hash ^ (hash >>> 16)) & SLOTS;
}

function hashOf(letters: string): number {
  let hash = 0;
  for (let at = 0; at < letters.length; at++) hash = (Math.imul(hash, 31) + letters.charCodeAt(at)) | 0;
  return hash;
}

/** Patterns by a 32-bit key, with a table in front that answers most questions with "no". */
class Index<Pattern> {
  readonly taken = new Uint8Array(SLOTS + 1);
  readonly #patterns = new Map<number, Pattern[]>();

  add(key: number, pattern: Pattern): void {
    const same = this.#patterns.get(key);
    if (same === undefined) this.#patterns.set(key, [pattern]);
    else same.push(pattern);
    this.taken[slot(key)] = 1;
  }

  get size(): number {
    return this.#patterns.size;
  }

  get(key: number): readonly Pattern[] {
    return this.#patterns.get(key) ?? [];
  }
}

/**
 * Finds many words in one pass over the text. Whole words are found by the hash of their letters, parts of words by
 * their last two or four units.
 */
export class Scanner<Pattern> {
  readonly #characters: Characters;
  readonly #candidates: Candidates<Pattern>;
  readonly #words = new Index<Pattern>();
  readonly #joined = new Index<Pattern>();
  readonly #singles = new Index<Pattern>();
  readonly #pairs = new Index<Pattern>();
  readonly #fours = new Index<Pattern>();
  readonly #lasts = new Set<number>();

  constructor(characters: Characters, candidates: Candidates<Pattern>) {
    this.#characters = characters;
    this.#candidates = candidates;
  }

  /** Looks for folded letters as a whole word. */
  addWord(letters: string, pattern: Pattern): void {
    this.#words.add(hashOf(letters), pattern);
  }

  /** Looks for folded letters also where punctuation stands between them; in a tag, white space too. */
  addJoined(letters: string, pattern: Pattern): void {
    this.#joined.add(hashOf(letters), pattern);
  }

  /** Looks for a folded text anywhere, also inside words. */
  addInside(text: string, pattern: Pattern): void {
    const last = (back: number): number => text.charCodeAt(text.length - 1 - back);
    this.#lasts.add(last(0));
    if (text.length === 1) this.#singles.add(last(0), pattern);
    else if (text.length < 4) this.#pairs.add((last(1) << 16) | last(0), pattern);
    else this.#fours.add((last(3) << 24) ^ (last(2) << 16) ^ (last(1) << 8) ^ last(0), pattern);
  }

  /** To be called once all patterns are in. */
  ready(): void {
    if (this.#lasts.size > 0) this.#characters.markLast(this.#lasts);
  }

  /**
   * Reads `text[from..to]` once and reports candidates.
   *
   * @param asTag the whole of it is one name: neither white space nor a slash parts it
   * @returns whether it holds characters that need the slow way
   */
  scan(text: string, from: number, to: number, asTag: boolean): boolean {
    const characters = this.#characters;
    const { info } = characters;
    const { taken } = this.#words;
    const parting = asTag ? 0 : SPACE | BREAK;
    let seen = 0;
    /** Start of the name that the words make together, and how many they are. */
    let nameStart = from;
    let words = 0;
    let at = from;
    while (at < to) {
      let unit = text.charCodeAt(at);
      let known = info[unit] || characters.learn(unit);
      seen |= known;
      if ((known & WORD) === 0) {
        if ((known & parting) !== 0) {
          if (words > 1) this.#reportJoined(text, nameStart, at);
          words = 0;
        }
        at++;
        continue;
      }
      const start = at;
      let hash = 0;
      do {
        if ((known & WORD) !== 0) hash = (Math.imul(hash, 31) + (known & FOLDED)) | 0;
        if (++at === to) break;
        unit = text.charCodeAt(at);
        known = info[unit] || characters.learn(unit);
        seen |= known;
      } while ((known & (WORD | HIDDEN)) !== 0);
      if (words++ === 0) nameStart = start;
      if (taken[(hash ^ (hash >>> 16)) & SLOTS] === 1) this.#reportWord(hash, start, at);
    }
    if (words > 1 || (asTag && words > 0)) this.#reportJoined(text, nameStart, to);
    if ((seen & LAST) !== 0) this.#scanInside(text, from, to);
    return (seen & SLOW) !== 0;
  }

  #reportWord(hash: number, start: number, end: number): void {
    for (const pattern of this.#words.get(hash)) this.#candidates.word(pattern, start, end);
  }

  #reportJoined(text: string, start: number, end: number): void {
    if (this.#joined.size === 0) return;
    const characters = this.#characters;
    let hash = 0;
    for (let at = start; at < end; at++) {
      const unit = text.charCodeAt(at);
      const known = characters.info[unit] || characters.learn(unit);
      if ((known & WORD) !== 0) hash = (Math.imul(hash, 31) + (known & FOLDED)) | 0;
    }
    if (this.#joined.taken[slot(hash)] !== 1) return;
    for (const pattern of this.#joined.get(hash)) this.#candidates.joined(pattern, start, end);
  }

  #scanInside(text: string, from: number, to: number): void {
    const characters = this.#characters;
    const { info } = characters;
    const pairs = this.#pairs.taken;
    const fours = this.#fours.taken;
    let pair = 0;
    let four = 0;
    for (let at = from; at < to; at++) {
      const unit = text.charCodeAt(at);
      const known = info[unit] || characters.learn(unit);
      if ((known & HIDDEN) !== 0) continue;
      const folded = known & FOLDED;
      pair = (pair << 16) | folded;
      four = (four << 8) ^ folded;
      if ((known & LAST) === 0) continue;
      if (fours[slot(four)] === 1) this.#reportInside(this.#fours, four, at + 1);
      if (pairs[slot(pair)] === 1) this.#reportInside(this.#pairs, pair, at + 1);
      this.#reportInside(this.#singles, folded, at + 1);
    }
  }

  #reportInside(index: Index<Pattern>, key: number, end: number): void {
    if (index.size > 0) for (const pattern of index.get(key)) this.#candidates.inside(pattern, end);
  }
}
