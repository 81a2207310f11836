import type { Act } from '../../protocol/owner/data.ts';
import type { AlgorithmCard, Mix, MixEntry } from '../../protocol/owner/feed.ts';
import { addEntry, changeEntry } from '../mixer/mix.ts';

/** What learns from "which would you rather have seen". */
export const COMPARISONS = 'org.datalocker.my-comparisons';

export type Wish = Extract<Act, 'more' | 'less'>;

export function isWish(act: Act): act is Wish {
  return act === 'more' || act === 'less';
}

/** Columns that tell of the wish. */
const TOLD: Readonly<Record<Wish, readonly string[]>> = { more: ['myMore'], less: ['myLess', 'lessDays'] };
/** What to offer where nothing in the mix listens. */
const LISTENERS: Readonly<Record<Wish, string>> = {
  more: 'org.datalocker.see-more',
  less: 'org.datalocker.see-less',
};

/** True where an algorithm of the mix that counts is told of the wish. */
export function isHeard(wish: Wish, mix: Mix, cards: readonly AlgorithmCard[]): boolean {
  return mix.entries.some((entry) => {
    const card = cards.find(({ id }) => id === entry.algorithm);
    return (
      card !== undefined && counts(entry, card) && card.manifest.needs.author.some((name) => TOLD[wish].includes(name))
    );
  });
}

/** The algorithm that would listen; undefined: it is not installed. */
export function listenerFor(wish: Wish, cards: readonly AlgorithmCard[]): AlgorithmCard | undefined {
  return cards.find(({ id }) => id === LISTENERS[wish]);
}

function counts({ enabled, weight }: MixEntry, { kind }: AlgorithmCard): boolean {
  return enabled && (kind !== 'ranker' || weight > 0);
}

/** The mix with the algorithm at work in it: an entry that is switched off is switched on, else one is added. */
export function withAlgorithm(mix: Mix, card: AlgorithmCard): Mix {
  const entry = mix.entries.find(({ algorithm }) => algorithm === card.id);
  if (entry === undefined) return addEntry(mix, card);
  return changeEntry(mix, entry.entry, { enabled: true, weight: entry.weight > 0 ? entry.weight : 1 });
}
