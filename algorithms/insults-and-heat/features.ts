/**
 * What the model reads of a text: words, pairs of words, and runs of 3 to 5 characters within words, each only as a number
 * that it is hashed to. Training and scoring use this same code.
 */
const BITS = 18;
export const SIZE = 2 ** BITS;

/** Longest piece of a text that is judged at once, in words: a long post is as heated as its most heated passage. */
const PIECE_WORDS = 40;
const SHORTEST_RUN = 3;
const LONGEST_RUN = 5;
const WORD_SEED = 0x811c9dc5;
const PAIR_SEED = 0x2f0b4c47;
const RUN_SEED = 0x7a3d5e11;
const PRIME = 0x01000193;

/** Names and addresses say nothing about the tone; digits and letters that are drawn out are evened. */
export function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/https?:\/\/\S+/gu, ' ')
    .replace(/@[\p{L}\p{N}_.-]+/gu, ' ')
    .replace(/&[a-z#0-9]{1,8};/gu, ' ')
    .replace(/(\p{L})\1{2,}/gu, '$1$1')
    .replace(/\p{N}+/gu, '0');
}

const WORD = /[\p{L}\p{M}0*$]+(?:['’][\p{L}]+)?|[!?]/gu;

/** The words of a text in pieces of at most `PIECE_WORDS`, cut at ends of sentences where there are any. */
export function pieces(text: string): string[][] {
  const all: string[][] = [];
  let piece: string[] = [];
  for (const sentence of plainText(text).split(/(?<=[.!?])\s|\n+/u)) {
    const words = sentence.match(WORD) ?? [];
    if (piece.length > 0 && piece.length + words.length > PIECE_WORDS) {
      all.push(piece);
      piece = [];
    }
    for (const word of words) {
      piece.push(word);
      if (piece.length >= PIECE_WORDS) {
        all.push(piece);
        piece = [];
      }
    }
  }
  if (piece.length > 0) all.push(piece);
  return all;
}

function placeOf(hash: number): number {
  let mixed = hash ^ (hash >>> 15);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  return (mixed >>> 0) & (SIZE - 1);
}

function hashOf(seed: number, word: string): number {
  let hash = seed;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), PRIME);
  return hash;
}

/** Calls `tell` with the place of each feature of a piece; gives how many there were. */
export function eachFeature(words: readonly string[], tell: (place: number) => void): number {
  let count = 0;
  let before = hashOf(PAIR_SEED, '^');
  for (const word of words) {
    tell(placeOf(hashOf(WORD_SEED, word)));
    tell(placeOf(hashOf(before, ` ${word}`)));
    before = hashOf(PAIR_SEED, word);
    count += 2;
    const padded = ` ${word} `;
    for (let start = 0; start + SHORTEST_RUN <= padded.length; start++) {
      let hash = RUN_SEED;
      const end = Math.min(padded.length, start + LONGEST_RUN);
      for (let at = start; at < end; at++) {
        hash = Math.imul(hash ^ padded.charCodeAt(at), PRIME);
        if (at - start + 1 < SHORTEST_RUN) continue;
        tell(placeOf(hash));
        count++;
      }
    }
  }
  return count;
}
