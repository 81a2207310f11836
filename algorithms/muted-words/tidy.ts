/**
 * A muted word as it is meant: without the hash sign of a tag (a keycap `#️⃣` keeps its own) and without characters
 * that cannot be seen at its start.
 */
export function tidyWord(value: string): string {
  return value
    .trim()
    .replace(/^#(?!\ufe0f)/u, '')
    .replace(/[\r\n\u00ad\u200b-\u200d\u2060]+/u, '');
}
