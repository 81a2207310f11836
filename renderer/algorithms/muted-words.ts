import type { MutedWord, MutedWords } from '../../protocol/owner/feed.ts';

/** How long a new muted word applies. */
export const TERMS = ['forever', 'day', 'week', 'month'] as const;
export type Term = (typeof TERMS)[number];
const DAYS: Readonly<Record<Exclude<Term, 'forever'>, number>> = { day: 1, week: 7, month: 30 };

export function expiryOf(term: Term, now: number): number | null {
  return term === 'forever' ? null : now + DAYS[term] * 86_400_000;
}

/** The list with the word in it; a word that is there already is replaced. A leading # means tags only. */
export function withWord(words: MutedWords, word: MutedWord): MutedWords {
  const tag = word.value.startsWith('#');
  const value = (tag ? word.value.slice(1) : word.value).trim().replace(/\s+/g, ' ');
  if (value === '') return words;
  const added: MutedWord = { ...word, value, targets: tag ? ['tag'] : word.targets };
  return { ...words, words: [added, ...withoutWord(words, value).words] };
}

export function withoutWord(words: MutedWords, value: string): MutedWords {
  const same = value.toLocaleLowerCase();
  return { ...words, words: words.words.filter((word) => word.value.toLocaleLowerCase() !== same) };
}

/** Host names of what was typed, one a line: addresses are cut down to their host. */
export function hostsIn(text: string): string[] {
  const hosts = text.split(/[\s,]+/).map((line) =>
    line
      .trim()
      .toLowerCase()
      .replace(/^[a-z]+:\/\//, '')
      .replace(/[/?#].*$/, '')
      .replace(/^www\./, ''),
  );
  return [...new Set(hosts)].filter((host) => host !== '' && host.length <= 253).slice(0, 2000);
}
