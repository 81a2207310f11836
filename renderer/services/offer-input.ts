/** Largest file the owner API takes as an offer, in UTF-16 code units. */
export const OFFER_MOST = 1_000_000;

/** What was typed or pasted: the text of an offer's file, or an address; null: nothing yet. */
export function offerInput(text: string): { link: string } | { file: string } | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (trimmed.startsWith('{')) return { file: trimmed };
  return { link: /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}` };
}
