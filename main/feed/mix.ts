import { LockerError } from '../../protocol/errors.ts';
import type { Mix, MixEntry } from '../../protocol/owner/feed.ts';

/** Prefix of the ids of algorithms that come with the app. */
const SHIPPED = 'org.datalocker.';

function entry(name: string, weight: number, enabled = true): MixEntry {
  return { entry: name, algorithm: `${SHIPPED}${name}`, enabled, weight, settings: {} };
}

/**
 * The mix of a new locker. New posts count most, so that a feed with little data is in an order anybody understands;
 * what does well for its author comes before what is popular everywhere, so quiet accounts aren't drowned.
 */
export const DEFAULT_MIX: Mix = {
  id: 'default',
  name: 'My mix',
  blend: 'rank',
  window: { maxItems: 5000, maxAgeHours: null },
  entries: [
    entry('newest-first', 3),
    entry('unusually-good', 2),
    entry('weighted-mix', 2),
    entry('hacker-news', 1),
    entry('reddit', 0, false),
    entry('fair-heat', 0, false),
    entry('people-i-talk-to', 0, false),
    entry('x-weights', 0, false),
    entry('my-comparisons', 0, false),
    entry('muted-words', 1),
    entry('lockout', 1),
    entry('see-less', 1),
    entry('already-read', 1, false),
    entry('spread', 1),
    entry('quotas', 1, false),
  ],
};

/** @throws LockerError mix_invalid when two entries have one name, or the mix looks at something twice. */
export function checkMix(mix: Mix): void {
  const names = new Set(mix.entries.map((one) => one.entry));
  if (names.size !== mix.entries.length) throw new LockerError('mix_invalid', { detail: 'entries' });
  const looksAt = mix.looksAt ?? [];
  const places = new Set(looksAt.map(({ kind, id }) => `${kind} ${id}`));
  if (places.size !== looksAt.length) throw new LockerError('mix_invalid', { detail: 'looksAt' });
}
