import { decodeHTML, escapeText } from 'entities';

/** A tag as browsers see one; the inner class stops at `<`, so that unclosed ones cost no more than their length. */
const TAG = /<\/?[a-z][^<>]*>|<!--[^<>]*-->/gi;
const ADDRESS = /(\s(?:href|src|poster|cite)\s*=\s*)(?:"([^"]*)"|'([^']*)')/gi;

/** Text for a place that takes no markup: tags dropped, entities read. */
export function textFromHtml(value: string): string {
  return decodeHTML(value.replace(TAG, ' ')).replace(/\s+/g, ' ').trim();
}

export function htmlFromText(value: string): string {
  return escapeText(value).replace(/\r?\n/g, '<br>');
}

/** Makes the addresses in HTML absolute. */
export function absoluteAddresses(value: string, base: string | null): string {
  if (base === null || !URL.canParse(base)) return value;
  return value.replace(TAG, (tag) =>
    tag.replace(ADDRESS, (whole: string, before: string, double: string | undefined, single: string | undefined) => {
      const address = decodeHTML(double ?? single ?? '');
      if (address.startsWith('#') || /^[a-z][a-z0-9+.-]*:/i.test(address)) return whole;
      const resolved = absolute(address, base);
      return `${before}"${resolved.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"`;
    }),
  );
}

/** An address made absolute where that can be done; otherwise as it is. */
export function absolute(address: string, base: string | null): string {
  const trimmed = address.trim();
  if (URL.canParse(trimmed)) return trimmed;
  return base !== null && URL.canParse(trimmed, base) ? new URL(trimmed, base).href : trimmed;
}
