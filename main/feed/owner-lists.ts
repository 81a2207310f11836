import type { OwnerLists, OwnerWord } from '../../protocol/batch.ts';
import type { Needs } from '../../protocol/manifest.ts';
import type { MutedWords } from '../../protocol/owner/feed.ts';
import { tokenNumbers, type Dictionary } from './text-arena.ts';

/** The owner's words and hosts as they apply at a moment: without the words that have expired. */
export function listsAt(lists: MutedWords, now: number): MutedWords {
  return { ...lists, words: lists.words.filter(({ expiresAt }) => expiresAt === null || expiresAt >= now) };
}

/** What `needs` declares of the lists. With a dictionary the words come as its numbers, not as text. */
export function declaredLists(lists: MutedWords, needs: Needs, dictionary: Dictionary | null): OwnerLists {
  return {
    ...(needs.owner.includes('words') ? { words: lists.words.map((word) => ownerWord(word, dictionary)) } : {}),
    ...(needs.owner.includes('hosts') ? { hosts: lists.hosts } : {}),
  };
}

function ownerWord(word: OwnerWord, dictionary: Dictionary | null): OwnerWord {
  return dictionary === null ? word : { ...word, value: '', tokens: tokenNumbers(word.value, dictionary) };
}
