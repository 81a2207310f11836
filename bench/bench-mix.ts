/** The mix that feeds are measured with: 3 rankers, 3 blockers of which one reads text, 1 reranker. */
import type { Mix, MixEntry, MutedWords } from '../protocol/owner/feed.ts';

export function mixEntry(name: string, weight = 1, settings: MixEntry['settings'] = {}, place = name): MixEntry {
  return { entry: place, algorithm: `org.datalocker.${name}`, enabled: true, weight, settings };
}

export function benchMix(posts: number, ...more: MixEntry[]): Mix {
  return {
    id: 'bench',
    name: 'Bench',
    blend: 'rank',
    window: { maxItems: posts, maxAgeHours: null },
    entries: [
      mixEntry('weighted-mix', 2),
      mixEntry('unusually-good', 1),
      mixEntry('hacker-news', 1),
      mixEntry('muted-words'),
      mixEntry('lockout'),
      mixEntry('lockout', 1, { where: 'replies', anyStranger: true, severity: 'warn' }, 'lockout-replies'),
      mixEntry('spread'),
      ...more,
    ],
  };
}

export const BENCH_WORDS: MutedWords = {
  words: ['sourdough', 'hedgehog', 'frost', '庭', 'ดอกไม้', 'Igel', 'cup final', 'tax'].map((value) => ({
    value,
    targets: ['content', 'tag'],
    severity: 3,
    excludeFollowing: false,
    expiresAt: null,
  })),
  hosts: ['bad.example'],
};
