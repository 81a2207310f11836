/** Words as they are looked for: small letters, single spaces, each once; a tag is looked for without its sign. */
export function tidyWords(words: readonly string[], where: 'anywhere' | 'content' | 'tags'): string[] {
  const tidy = words
    .map((word) => word.toLowerCase().replace(/\s+/gu, ' ').trim())
    .map((word) => (where === 'tags' ? word.replace(/^[#＃]+/u, '') : word))
    .filter((word) => word !== '');
  return [...new Set(tidy)];
}
