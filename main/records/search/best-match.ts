import { searchText, wordsOf, type Term } from '../../derive/index.ts';

/** BM25's usual constants (Robertson, Zaragoza 2009): saturation of repeats, weight of length. */
const K1 = 1.2;
const B = 0.75;

export interface Hit {
  readonly id: number;
  readonly text: string;
}

/**
 * Hits by how well their texts match, equal ones newest first. BM25 within the hits: each contains every term, so the
 * rarity of a term, which tells documents with it from those without, is left out.
 */
export function bestFirst(hits: readonly Hit[], terms: readonly Term[]): number[] {
  const phrases = terms.map(({ words, prefix }) => ({ words: words.flatMap(wordsOf), prefix }));
  const texts = hits.map(({ id, text }) => ({ id, words: wordsOf(searchText(text) ?? text) }));
  const meanLength = texts.reduce((sum, { words }) => sum + words.length, 0) / Math.max(1, texts.length);
  const scored = texts.map(({ id, words }) => {
    const norm = K1 * (1 - B + (B * words.length) / Math.max(1, meanLength));
    let score = 0;
    for (const phrase of phrases) {
      const times = occurrences(words, phrase.words, phrase.prefix);
      score += (times * (K1 + 1)) / (times + norm);
    }
    return { id, score };
  });
  return scored.sort((a, b) => b.score - a.score || b.id - a.id).map(({ id }) => id);
}

function occurrences(words: readonly string[], phrase: readonly string[], prefix: boolean): number {
  if (phrase.length === 0) return 0;
  let times = 0;
  const last = phrase.length - 1;
  for (let i = 0; i + last < words.length; i++) {
    let same = true;
    for (let j = 0; same && j <= last; j++) {
      const word = words[i + j] ?? '';
      const wanted = phrase[j] ?? '';
      same = j === last && prefix ? word.startsWith(wanted) : word === wanted;
    }
    if (same) times++;
  }
  return times;
}
