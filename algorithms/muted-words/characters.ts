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
/** Last unit of something that is looked for inside words. */
export const LAST = 1 << 22;

const FOLDED = 0xffff;

/** A table that fills itself: `info[unit] || learn(unit)`. */
export class Characters {
  readonly info = new Uint32Array(65536);
  readonly #classify: (unit: number, text: string) => number;
  readonly #last = new Set<number>();

  constructor(classify: (unit: number, text: string) => number) {
    this.#classify = classify;
  }

  learn(unit: number): number {
    const known = this.#classify(unit, String.fromCharCode(unit)) | KNOWN;
    const marked = this.#last.has(known & FOLDED) ? known | LAST : known;
    this.info[unit] = marked;
    return marked;
  }

  /** Marks every unit that folds to `folded` as LAST; what was learned before is forgotten. */
  markLast(folded: ReadonlySet<number>): void {
    for (const unit of folded) this.#last.add(unit);
    this.info.fill(0);
  }

  /** Folds a text as the scanner sees it, hidden characters left out. */
  fold(text: string): string {
    let folded = '';
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const known = this.info[unit] || this.learn(unit);
      if ((known & HIDDEN) === 0) folded += String.fromCharCode(known & FOLDED);
    }
    return folded;
  }
}

/** Letters, digits, blanks and the rest of ASCII, without asking a regular expression. */
function ascii(unit: number): number {
  if ((unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57)) return unit | WORD;
  if (unit >= 65 && unit <= 90) return (unit + 32) | WORD;
  if (unit === 32 || (unit >= 9 && unit <= 13)) return unit | SPACE;
  return unit === 47 ? unit | BREAK : unit;
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

/** Signs of ASCII that Unicode does not count as punctuation: to Bluesky they are part of a word. */
const ASCII_SYMBOLS = '$+<=>^`|~';

/** Bluesky's view: everything that is neither white space nor punctuation is part of a word. */
export function blueskyCharacters(): Characters {
  return new Characters((unit, text) => {
    if (unit < 32 && (unit < 9 || unit > 13)) return unit | WORD;
    if (unit < 127) return ASCII_SYMBOLS.includes(text) ? unit | WORD : ascii(unit);
    if (isSurrogate(unit)) return unit | WORD | (hasOddBlock(unit) ? SLOW : 0);
    if (/\s/u.test(text)) return unit | SPACE;
    if (/\p{P}/u.test(text)) return unit;
    return lower(unit) | WORD | (text.toLowerCase().length === 1 ? 0 : SLOW);
  });
}

/** Soft hyphen, zero-width characters and direction marks, variation selectors, byte order mark. */
function isHidden(unit: number): boolean {
  return (
    unit === 0xad ||
    (unit >= 0x200b && unit <= 0x200f) ||
    (unit >= 0x2060 && unit <= 0x2064) ||
    unit === 0xfe0e ||
    unit === 0xfe0f ||
    unit === 0xfeff
  );
}

/** Marks that join the letter before them into one (Latin, Greek, Cyrillic accents; the kana voicing marks). */
const JOINING_MARKS = /[\u0300-\u036f\u3099\u309a]/u;

/** The letter below an accent: `é` → `e`. */
function withoutAccent(unit: number): number {
  const apart = String.fromCharCode(unit).normalize('NFD');
  return /^.[\u0300-\u036f]+$/u.test(apart) ? apart.charCodeAt(0) : unit;
}

function isUnspaced(unit: number): boolean {
  return (
    (unit >= 0x3040 && unit <= 0x30ff) ||
    (unit >= 0x3400 && unit <= 0x4dbf) ||
    (unit >= 0x4e00 && unit <= 0x9fff) ||
    (unit >= 0xac00 && unit <= 0xd7a3) ||
    (unit >= 0xf900 && unit <= 0xfaff) ||
    (unit >= 0x0e00 && unit <= 0x0fff) ||
    (unit >= 0x1000 && unit <= 0x109f) ||
    (unit >= 0x1100 && unit <= 0x11ff) ||
    (unit >= 0x1780 && unit <= 0x17ff) ||
    (unit >= 0xff66 && unit <= 0xff9f)
  );
}

/**
 * Whether a text holds letters of a script that is written without spaces between words (Han, kana, Thai, Lao, Tibetan,
 * Burmese, Khmer), or Hangul, where particles follow a word without one.
 */
export function hasUnspaced(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (isUnspaced(text.charCodeAt(at))) return true;
  return false;
}

/** Our own view: letters, digits and their marks make words; width and, if asked for, accents do not count. */
export function ownCharacters(ignoreAccents: boolean): Characters {
  return new Characters((unit, text) => {
    if (unit < 128) return ascii(unit);
    if (isSurrogate(unit)) return unit;
    if (isHidden(unit)) return unit | HIDDEN;
    if (JOINING_MARKS.test(text)) return ignoreAccents ? unit | HIDDEN : unit | WORD | SLOW;
    const plain = one(text.normalize('NFKC'), unit);
    if (plain < 128) return ascii(plain);
    const letter = String.fromCharCode(plain);
    if (/\s/u.test(letter)) return 32 | SPACE;
    if (!/[\p{L}\p{N}\p{M}]/u.test(letter)) return plain;
    return lower(ignoreAccents ? withoutAccent(plain) : plain) | WORD;
  });
}
