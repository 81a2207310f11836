import { MixFile, type AlgorithmCard, type Mix } from '../../protocol/owner/feed.ts';
import { lookingAt } from './mix.ts';

/**
 * A mix as a file for somebody else: it names its algorithms and holds none. Sources and lists that it is limited to are
 * left out: they are this locker's, and say whom its owner reads.
 */
export function mixFile(mix: Mix, cards: readonly AlgorithmCard[]): string {
  const used = new Set(mix.entries.map(({ algorithm }) => algorithm));
  const algorithms = cards.filter(({ id }) => used.has(id)).map(({ id, name, version }) => ({ id, name, version }));
  const file: MixFile = { format: 'data-locker-mix', version: 1, mix: lookingAt(mix, []), algorithms };
  return JSON.stringify(file, null, 2);
}

/** What is in a mix's file, and the names of algorithms that are not installed here; null: it is none. */
export function readMixFile(
  text: string,
  cards: readonly AlgorithmCard[],
): { readonly mix: Mix; readonly lacking: readonly string[] } | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const file = MixFile.safeParse(json);
  if (!file.success) return null;
  const { algorithms } = file.data;
  const mix = lookingAt(file.data.mix, []);
  const installed = new Set(cards.map(({ id }) => id));
  const named = new Map(algorithms.map(({ id, name }) => [id, name]));
  const lacking = mix.entries.map(({ algorithm }) => algorithm).filter((id) => !installed.has(id));
  return { mix, lacking: [...new Set(lacking)].map((id) => named.get(id) ?? id) };
}
