import { Manifest } from '../../protocol/manifest.ts';
import type { AlgorithmCard, Mix, ColumnsKnown, Origins } from '../../protocol/owner/feed.ts';

interface Sketch {
  id: string;
  kind: AlgorithmCard['kind'];
  name: string;
  summary: string;
  lifts: string;
  sinks: string;
  reads: string[];
  settings?: unknown[];
}

const SKETCHES: readonly Sketch[] = [
  {
    id: 'example.newest',
    kind: 'ranker',
    name: 'Newest first',
    summary: 'The order of time, nothing else.',
    lifts: 'what was just written',
    sinks: 'what is older',
    reads: ['how old a post is'],
  },
  {
    id: 'example.heat',
    kind: 'ranker',
    name: 'Hacker News heat',
    summary: 'Reactions against age: what is being talked about now.',
    lifts: 'fresh posts with many reactions',
    sinks: 'old posts, quiet ones',
    reads: ['how old a post is', 'how many likes a post has', 'how many boosts a post has'],
    settings: [
      {
        type: 'number',
        key: 'gravity',
        label: { en: 'How fast posts sink' },
        min: 0.5,
        max: 3,
        step: 0.1,
        default: 1.8,
      },
    ],
  },
  {
    id: 'example.unusual',
    kind: 'ranker',
    name: 'Unusually good for this author',
    summary: 'A post against what its author usually gets.',
    lifts: 'quiet people on a good day',
    sinks: 'routine posts of popular accounts',
    reads: ['how much reaction an author’s posts usually get', 'how many likes a post has'],
  },
  {
    id: 'example.words',
    kind: 'blocker',
    name: 'Muted words',
    summary: 'Hides or marks posts with words of your list.',
    lifts: 'nothing',
    sinks: 'posts with your muted words',
    reads: ['the text of a post', 'your muted words'],
    settings: [
      { type: 'boolean', key: 'tags', label: { en: 'Look at tags too' }, default: true },
      {
        type: 'enum',
        key: 'mode',
        label: { en: 'How to match' },
        options: [
          { value: 'careful', label: { en: 'Every language and part of a post' } },
          { value: 'client', label: { en: 'As Bluesky’s app does' } },
        ],
        default: 'careful',
      },
    ],
  },
  {
    id: 'example.lockout',
    kind: 'blocker',
    name: 'Lockout',
    summary: 'Keeps strangers with new accounts out.',
    lifts: 'nothing',
    sinks: 'accounts a few days old that you don’t follow',
    reads: ['how old an author’s account is', 'whether you follow an author'],
  },
  {
    id: 'example.spread',
    kind: 'reranker',
    name: 'Spread',
    summary: 'Keeps one author from filling the page.',
    lifts: 'other voices',
    sinks: 'the third post in a row by the same person',
    reads: ['which posts share an author'],
  },
];

export function makeCards(): AlgorithmCard[] {
  return SKETCHES.map((sketch) => ({
    id: sketch.id,
    version: '1.0.0',
    hash: '0'.repeat(64),
    kind: sketch.kind,
    name: sketch.name,
    summary: sketch.summary,
    lifts: sketch.lifts,
    sinks: sketch.sinks,
    reads: sketch.reads,
    tier: 'fast' as const,
    repository: null,
    revoked: null,
    suspendedUntil: sketch.id === 'example.lockout' ? Date.now() + 600_000 : null,
    manifest: Manifest.parse({
      apiVersion: 1,
      id: sketch.id,
      version: '1.0.0',
      kind: sketch.kind,
      scope: 'item',
      name: { en: sketch.name },
      summary: { en: sketch.summary },
      license: 'MIT',
      source: 'https://town.example/algorithms',
      author: 'Town',
      needs: {},
      window: { maxAgeHours: null, maxItems: null },
      settings: sketch.settings ?? [],
      limits: { cpuMsPer1000: 5, memoryMb: 32 },
    }),
  }));
}

export function makeMix(): Mix {
  return {
    id: 'main',
    name: 'My mix',
    blend: 'rank',
    window: { maxItems: 100_000, maxAgeHours: null },
    entries: [
      { entry: 'heat', algorithm: 'example.heat', enabled: true, weight: 1, settings: { gravity: 1.8 } },
      { entry: 'unusual', algorithm: 'example.unusual', enabled: true, weight: 0.6, settings: {} },
      { entry: 'newest', algorithm: 'example.newest', enabled: true, weight: 0.4, settings: {} },
      {
        entry: 'words',
        algorithm: 'example.words',
        enabled: true,
        weight: 1,
        settings: { tags: true, mode: 'careful' },
      },
      { entry: 'spread', algorithm: 'example.spread', enabled: true, weight: 1, settings: {} },
    ],
  };
}

/** What the made-up mix can be limited to, and what is known of the made-up posts. */
export function mixerAnswers(posts: () => number): { mixOrigins: () => Origins; columnsKnown: () => ColumnsKnown } {
  return {
    mixOrigins: () => ({
      items: [
        { kind: 'source', id: 'https://town.example/users/me', name: 'Me', holds: posts() },
        { kind: 'list', id: 'urn:list:friends', name: 'Friends', holds: 12 },
      ],
    }),
    columnsKnown: () => ({ columns: ['ageHours', 'likes', 'boosts', 'replies'] }),
  };
}
