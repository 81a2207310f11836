/**
 * What the scanner knows about each UTF-16 code unit, worked out when it is first met: the low 16 bits are the folded
 * unit (lower case and so on), the bits above say what it is. 0: not met yet.
 */
const KNOWN = 1 << 16;
/** Part of a word. */
export const WORD = 1 << 17;
/** White space. */
export const SPACE = 1 << 18;
/** Not there for the reader: soft hyphen, zero-width characters. */
export const HIDDEN = 1 << 19;
/** Needs the slow way: folding one unit at a time would not be exact. */
export const SLOW = 1 << 20;
/** Keeps the parts of a word from being read as one: `/`. */
export const BREAK = 1 << 21;

export interface Characters {
  readonly info: Uint32Array;
  /** Works out a unit that is met for the first time. */
  readonly learn: (unit: number) => number;
}

function characters(classify: (unit: number, text: string) => number): Characters {
  const info = new Uint32Array(65536);
  return {
    info,
    learn(unit): number {
      const known = classify(unit, String.fromCharCode(unit)) | KNOWN;
      info[unit] = known;
      return known;
    },
  };
}

/** The unit `text` is, or `fallback` when it is several. */
function one(text: string, fallback: number): number {
  return text.length === 1 ? text.charCodeAt(0) : fallback;
}

const FINAL_SIGMA = 0x3c2;
const SIGMA = 0x3c3;

/** Small letters; the final sigma as the other one, since which of them a capital becomes depends on its place. */
function lower(unit: number): number {
  const small = one(String.fromCharCode(unit).toLowerCase(), unit);
  return small === FINAL_SIGMA ? SIGMA : small;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** High surrogates of the blocks that hold punctuation or letters with case: neither emoji nor Han. */
function hasOddBlock(unit: number): boolean {
  return unit <= 0xd83b;
}

/** Bluesky's view: everything that is neither white space nor punctuation is part of a word. */
export function blueskyCharacters(): Characters {
  return characters((unit, text) => {
    if (isSurrogate(unit)) return unit | WORD | (hasOddBlock(unit) ? SLOW : 0);
    if (/\s/u.test(text)) return unit | SPACE;
    if (/\p{P}/u.test(text)) return unit | (text === '/' ? BREAK : 0);
    return lower(unit) | WORD | (text.toLowerCase().length === 1 ? 0 : SLOW);
  });
}

const HIDDEN_CHARACTERS = /[\u00ad\u200b-\u200f\u2060-\u2064\ufe0e\ufe0f\ufeff]/u;
/** Marks that join the letter before them into one (Latin, Greek, Cyrillic accents; the kana voicing marks). */
const JOINING_MARKS = /[\u0300-\u036f\u3099\u309a]/u;

/** The letter below an accent: `é` → `e`. */
function withoutAccent(unit: number): number {
  const apart = String.fromCharCode(unit).normalize('NFD');
  return /^.[\u0300-\u036f]+$/u.test(apart) ? apart.charCodeAt(0) : unit;
}

/** Our own view: letters, digits and their marks make words; width and, if asked for, accents do not count. */
export function ownCharacters(ignoreAccents: boolean): Characters {
  return characters((unit, text) => {
    if (isSurrogate(unit)) return unit;
    if (HIDDEN_CHARACTERS.test(text)) return unit | HIDDEN;
    if (/\s/u.test(text)) return 0x20 | SPACE;
    if (JOINING_MARKS.test(text)) return ignoreAccents ? unit | HIDDEN : unit | WORD | SLOW;
    const plain = one(text.normalize('NFKC'), unit);
    const letter = String.fromCharCode(plain);
    if (!/[\p{L}\p{N}\p{M}]/u.test(letter)) return plain | (letter === '/' ? BREAK : 0);
    return lower(ignoreAccents ? withoutAccent(plain) : plain) | WORD;
  });
}

/** Folds a text as the scanner sees it, hidden characters left out. */
export function fold(text: string, { info, learn }: Characters): string {
  let folded = '';
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const known = info[unit] || learn(unit);
    if ((known & HIDDEN) === 0) folded += String.fromCharCode(known & 0xffff);
  }
  return folded;
}
