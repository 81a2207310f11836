import type { OwnerWord } from '../types.ts';
import { hasUnspaced, ownCharacters, WORD, type Characters } from './characters.ts';
import { endsWith, phraseEnd, sameLetters, startsWith } from './compare.ts';
import { KIND, type Finder, type Found, type PostText } from './finder.ts';
import { Scanner, type Candidates } from './scan.ts';
import { tidyWord } from './tidy.ts';

interface Pattern {
  word: number;
  /** Looks at tags only. */
  tagOnly: boolean;
  /** The folded value. */
  inside: string;
  /** The folded words of the value; empty: it is found anywhere, also inside words. */
  parts: readonly string[];
  /** The words as one. */
  letters: string;
  /** Punctuation and symbols at the ends of the value: `.` of `.net`, `++` of `c++`. */
  lead: string;
  trail: string;
}

/** The runs of letters in a folded value, and where the first begins and the last ends. */
function partsOf(value: string, characters: Characters): { parts: string[]; first: number; end: number } {
  const parts: string[] = [];
  let from = -1;
  let first = value.length;
  let end = 0;
  for (let at = 0; at <= value.length; at++) {
    const unit = value.charCodeAt(at);
    const word = at < value.length && ((characters.info[unit] || characters.learn(unit)) & WORD) !== 0;
    if (word && from < 0) from = at;
    if (word || from < 0) continue;
    parts.push(value.slice(from, at));
    first = Math.min(first, from);
    end = at;
    from = -1;
  }
  return { parts, first, end };
}

function patternOf(word: number, { value, targets }: OwnerWord, characters: Characters): Pattern | undefined {
  const asTag = /^[#＃][^\s\ufe0f]/u.test(value.trim());
  const inside = characters.fold(tidyWord(value).normalize('NFC')).trim();
  if (inside === '') return undefined;
  const { parts, first, end } = partsOf(inside, characters);
  const anywhere = parts.length === 0 || hasUnspaced(inside);
  return {
    word,
    tagOnly: asTag || !targets.includes('content'),
    inside,
    parts: anywhere ? [] : parts,
    letters: parts.join(''),
    lead: inside.slice(0, first),
    trail: inside.slice(end),
  };
}

/**
 * Our own rules: whole words whatever stands around them, phrases across spaces, line breaks and punctuation, scripts
 * without spaces by script rather than by the language a post declares, every segment of the post.
 */
export class OwnRules implements Finder, Candidates<Pattern> {
  readonly #characters: Characters;
  readonly #scanner: Scanner<Pattern>;
  /** What is being read. */
  #text = '';
  #from = 0;
  #to = 0;
  #tag = false;
  #report: (word: number) => void = () => {};

  constructor(words: readonly OwnerWord[], ignoreAccents: boolean) {
    this.#characters = ownCharacters(ignoreAccents);
    this.#scanner = new Scanner<Pattern>(this.#characters, this);
    words.forEach((word, index) => {
      const pattern = patternOf(index, word, this.#characters);
      if (pattern === undefined) return;
      const [first] = pattern.parts;
      if (first === undefined) this.#scanner.addInside(pattern.inside, pattern);
      else this.#scanner.addWord(first, pattern);
      if (pattern.letters !== '' && pattern.lead + pattern.trail === '')
        this.#scanner.addJoined(pattern.letters, pattern);
    });
    this.#scanner.ready();
  }

  find(post: PostText, found: Found): void {
    for (let segment = post.first; segment < post.last; segment++) {
      const kind = post.kind[segment] ?? KIND.content;
      if (kind === KIND.host) continue;
      const from = post.off[segment] ?? 0;
      const to = post.off[segment + 1] ?? from;
      this.#tag = kind === KIND.tag;
      this.#report = (word) => {
        if (post.wanted(word)) found(word, segment);
      };
      const slow = this.#read(post.arena, from, to);
      if (!slow) continue;
      const apart = post.arena.slice(from, to);
      const composed = apart.normalize('NFC');
      if (composed !== apart) this.#read(composed, 0, composed.length);
    }
  }

  #read(text: string, from: number, to: number): boolean {
    this.#text = text;
    this.#from = from;
    this.#to = to;
    return this.#scanner.scan(text, from, to, this.#tag);
  }

  word(pattern: Pattern, start: number, end: number): void {
    const characters = this.#characters;
    const [first, ...rest] = pattern.parts;
    if (first === undefined || !sameLetters(this.#text, start, end, first, characters)) return;
    const last = phraseEnd(this.#text, end, this.#to, rest, characters);
    if (last < 0) return;
    // A tag is one name: a word inside it is not meant.
    if (this.#tag && (start - pattern.lead.length > this.#from || last + pattern.trail.length < this.#to)) return;
    if (!endsWith(this.#text, this.#from, start, pattern.lead, characters)) return;
    if (startsWith(this.#text, last, this.#to, pattern.trail, characters)) this.#found(pattern, start);
  }

  joined(pattern: Pattern, start: number, end: number): void {
    if (!this.#tag && pattern.parts.length !== 1) return;
    if (sameLetters(this.#text, start, end, pattern.letters, this.#characters)) this.#found(pattern, start);
  }

  inside(pattern: Pattern, end: number): void {
    if (endsWith(this.#text, this.#from, end, pattern.inside, this.#characters))
      this.#found(pattern, end - pattern.inside.length);
  }

  #found(pattern: Pattern, start: number): void {
    if (pattern.tagOnly && !this.#tag && !endsWith(this.#text, this.#from, start, '#', this.#characters)) return;
    this.#report(pattern.word);
  }
}
