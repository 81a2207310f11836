export type Strength = 'short' | 'weak' | 'fair' | 'good' | 'strong';

/** The fewest characters a passphrase may have; the locker checks the same. */
export const SHORTEST = 10;

/** Sequences people take when asked for a passphrase. */
const RUNS = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const COMMON = [
  'password',
  'passwort',
  'letmein',
  'welcome',
  'iloveyou',
  'dragon',
  'monkey',
  'admin',
  'secret',
  'locker',
];

/** Bits per character by the kinds of characters used. */
function alphabet(text: string): number {
  let size = 0;
  if (/\p{Ll}/u.test(text)) size += 26;
  if (/\p{Lu}/u.test(text)) size += 26;
  if (/\p{N}/u.test(text)) size += 10;
  if (/[^\p{L}\p{N}]/u.test(text)) size += 20;
  if (/[^\p{ASCII}]/u.test(text)) size += 100;
  return Math.max(2, size);
}

/** The text with runs, repeats and common words shortened to what they add: two characters each. */
function condensed(text: string): string {
  let left = text.toLowerCase();
  for (const word of COMMON) left = left.replaceAll(word, word.slice(0, 2));
  for (const run of RUNS) {
    for (let length = run.length; length >= 4; length--) {
      for (let at = 0; at + length <= run.length; at++)
        left = left.replaceAll(run.slice(at, at + length), run.slice(at, at + 2));
    }
  }
  return left.replace(/(.{1,6}?)\1{2,}/gu, '$1');
}

/** Short words count where a script writes a whole word with one or two characters. */
function isWord(part: string): boolean {
  return part.length >= 3 || /[^\p{ASCII}]/u.test(part);
}

/**
 * A rough hint while typing, never a gate: an estimate of how long guessing takes from length and variety.
 * Words are counted as about 11 bits each where there are several.
 */
export function strength(passphrase: string): Strength {
  if ([...passphrase].length < SHORTEST) return 'short';
  const left = condensed(passphrase);
  const words = new Set(left.split(/[\s\-_.,、。]+/u).filter(isWord));
  const characters = new Set(left).size < 4 ? 8 : [...left].length * Math.log2(alphabet(passphrase));
  const bits = words.size >= 2 ? Math.min(characters, words.size * 13) : characters * 0.7;
  if (bits < 30) return 'weak';
  if (bits < 45) return 'fair';
  return bits < 62 ? 'good' : 'strong';
}
