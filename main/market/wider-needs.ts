import type { Needs } from '../../protocol/manifest.ts';
import { readsInWords } from './reads.ts';

/** What a new version reads that the old one doesn't, in plain words; empty: nothing. */
export function widerReads(old: Needs, next: Needs): string[] {
  const had = new Set(readsInWords(old));
  // Words may be the text itself: who had the text had the words of it.
  const fewer = old.text === 'full' && next.text === 'tokens' ? { ...next, text: 'none' as const } : next;
  return readsInWords(fewer).filter((words) => !had.has(words));
}
