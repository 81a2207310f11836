/** Words as the full-text index compares them: without case and diacritics. */
export function wordsOf(text: string): string[] {
  const plain = text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  return plain.match(/[\p{L}\p{N}\p{Mn}\p{Mc}]+/gu) ?? [];
}
