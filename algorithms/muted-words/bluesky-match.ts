/** A muted word as the rules look at it. */
export interface BlueskyWord {
  /** In small letters. */
  value: string;
  /** Holds white space or punctuation, or is a single unit: found inside words whatever the language. */
  always: boolean;
}

export function blueskyWord(value: string): BlueskyWord {
  const small = value.toLowerCase();
  return { value: small, always: small.length === 1 || /[\s\p{P}]/u.test(small) };
}

/**
 * Whether a text in small letters has a word by the rules that Bluesky's client (@atproto/api 0.19) is seen to follow.
 *
 * @param inside whether the post's language is searched inside words
 */
export function isIn(text: string, { value, always }: BlueskyWord, inside: boolean): boolean {
  if ((always || inside) && text.includes(value)) return true;
  if (text === value) return true;
  if (value.length > text.length) return false;
  for (const token of text.split(/\s/u)) {
    if (token === value) return true;
    const bare = token.replace(/^\p{P}+/u, '').replace(/\p{P}+$/u, '');
    if (bare === value) return true;
    if (value.length > bare.length || !/\p{P}/u.test(bare)) continue;
    // A token with a slash ends the search for words no longer than it.
    if (bare.includes('/')) return false;
    const parts = bare.split(/\p{P}+/u);
    if (parts.join(' ') === value || parts.join('') === value || parts.includes(value)) return true;
  }
  return false;
}
