import type { SettingValues } from '../../protocol/manifest.ts';
import type { AlgorithmCard, Mix, MixEntry, Origin } from '../../protocol/owner/feed.ts';

/** Weight scale of the sliders. */
export const WEIGHT_STEP = 0.05;
export function weightMax(mix: Mix): number {
  const most = Math.max(1, ...mix.entries.map((entry) => entry.weight));
  return most <= 2 ? 2 : most <= 10 ? 10 : 100;
}

/** An entry together with the card of its algorithm. */
export interface Placed {
  readonly entry: MixEntry;
  readonly card: AlgorithmCard;
}

export function placed(mix: Mix, cards: readonly AlgorithmCard[], kind: AlgorithmCard['kind']): Placed[] {
  return mix.entries.flatMap((entry) => {
    const card = cards.find((candidate) => candidate.id === entry.algorithm);
    return card?.kind === kind ? [{ entry, card }] : [];
  });
}

/** Part of the blend each enabled ranker has, by entry: 0..1, together 1; all 0 when no weight is left. */
export function shares(mix: Mix, cards: readonly AlgorithmCard[]): ReadonlyMap<string, number> {
  const rankers = placed(mix, cards, 'ranker');
  const sum = rankers.reduce((total, { entry }) => total + (entry.enabled ? entry.weight : 0), 0);
  return new Map(rankers.map(({ entry }) => [entry.entry, entry.enabled && sum > 0 ? entry.weight / sum : 0]));
}

export function changeEntry(mix: Mix, id: string, changes: Partial<Omit<MixEntry, 'entry' | 'algorithm'>>): Mix {
  return { ...mix, entries: mix.entries.map((entry) => (entry.entry === id ? { ...entry, ...changes } : entry)) };
}

export function changeSetting(mix: Mix, id: string, key: string, value: SettingValues[string]): Mix {
  const entry = mix.entries.find((candidate) => candidate.entry === id);
  return entry === undefined ? mix : changeEntry(mix, id, { settings: { ...entry.settings, [key]: value } });
}

export function defaultSettings(card: AlgorithmCard): SettingValues {
  return Object.fromEntries(card.manifest.settings.map((setting) => [setting.key, setting.default]));
}

/** A name for a new entry of the algorithm: `heat`, then `heat-2`, … */
function entryName(mix: Mix, algorithm: string): string {
  const base = (algorithm.split('.').at(-1) ?? 'entry').replace(/[^A-Za-z0-9_-]/g, '').slice(0, 30);
  const taken = new Set(mix.entries.map((entry) => entry.entry));
  for (let n = 1; ; n++) {
    const name = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(name)) return name;
  }
}

export function addEntry(mix: Mix, card: AlgorithmCard): Mix {
  const entry: MixEntry = {
    entry: entryName(mix, card.id),
    algorithm: card.id,
    enabled: true,
    weight: 1,
    settings: defaultSettings(card),
  };
  return { ...mix, entries: [...mix.entries, entry] };
}

export function removeEntry(mix: Mix, id: string): Mix {
  return { ...mix, entries: mix.entries.filter((entry) => entry.entry !== id) };
}

/** Swaps an entry with its neighbour of the same kind: rerankers run in list order. */
export function moveEntry(mix: Mix, cards: readonly AlgorithmCard[], id: string, by: -1 | 1): Mix {
  const kindOf = (entry: MixEntry): string | undefined => cards.find((card) => card.id === entry.algorithm)?.kind;
  const from = mix.entries.findIndex((entry) => entry.entry === id);
  const moving = mix.entries[from];
  if (moving === undefined) return mix;
  for (let to = from + by; to >= 0 && to < mix.entries.length; to += by) {
    const other = mix.entries[to];
    if (other === undefined || kindOf(other) !== kindOf(moving)) continue;
    const entries = [...mix.entries];
    entries[from] = other;
    entries[to] = moving;
    return { ...mix, entries };
  }
  return mix;
}

/** The mix limited to these; to none of them: it looks at everything. Properties keep the order that the locker gives them. */
export function lookingAt(mix: Mix, looksAt: readonly Origin[]): Mix {
  const { id, name, blend, window, entries } = mix;
  return { id, name, blend, window, ...(looksAt.length > 0 && { looksAt: [...looksAt] }), entries };
}

export function sameOrigin(a: Origin, b: Origin): boolean {
  return a.kind === b.kind && a.id === b.id;
}

/** "By score" needs every enabled ranker to say that its scores span 0..1. */
export function canBlendByScore(mix: Mix, cards: readonly AlgorithmCard[]): boolean {
  return placed(mix, cards, 'ranker').every(({ entry, card }) => !entry.enabled || card.manifest.normalised);
}

export function sameMix(a: Mix, b: Mix): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The mixes with one of them changed, or added at the end. */
export function withMix(mixes: readonly Mix[], mix: Mix): Mix[] {
  const isKnown = mixes.some(({ id }) => id === mix.id);
  return isKnown ? mixes.map((one) => (one.id === mix.id ? mix : one)) : [...mixes, mix];
}

/** A copy under an id that none of the mixes has. */
export function copyOf(mix: Mix, name: string, mixes: readonly Mix[]): Mix {
  const base = mix.id.replace(/-\d+$/u, '').slice(0, 30);
  for (let n = 2; ; n++) {
    const id = `${base}-${String(n)}`;
    if (!mixes.some((one) => one.id === id)) return { ...mix, id, name: name.slice(0, 80) };
  }
}
