/** Up to two letters that stand for a name where there is no picture. */
export function initials(name: string): string {
  const words = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .trim()
    .split(/\s+/);
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const first = (word: string | undefined): string =>
    word === undefined ? '' : ([...segmenter.segment(word)][0]?.segment ?? '');
  const last = words.length > 1 ? words.at(-1) : undefined;
  return (first(words[0]) + first(last)).toLocaleUpperCase() || '?';
}

/** One of `n` groups, the same for the same text. */
export function group(text: string, n: number): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (hash * 31 + text.charCodeAt(at)) >>> 0;
  return hash % n;
}

/** Host of an address, without `www.`; the text itself when it is not an address. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host.replace(/^www\./, '') || address;
  } catch {
    return address;
  }
}

/** The address when a browser may open it from here, else null. */
export function webAddress(address: string | null): string | null {
  if (address === null) return null;
  try {
    const { protocol, href } = new URL(address);
    return protocol === 'https:' || protocol === 'http:' ? href : null;
  } catch {
    return null;
  }
}

/** At most `most` characters, cut at a word, with an ellipsis. */
export function shorten(text: string, most: number): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  if (flat.length <= most) return flat;
  const cut = flat.slice(0, most - 1);
  const space = cut.lastIndexOf(' ');
  return `${(space > most / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}

/** 1536 → "1.5 kB". */
export function bytes(count: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat('en', { style: 'unit', unit: units[unit] ?? 'byte', maximumFractionDigits: 1 }).format(
    value,
  );
}
