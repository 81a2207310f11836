import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { branded } from '../../protocol/brand.ts';
import type { FeedItem, Mix, MixEntry, MutedWord } from '../../protocol/owner/feed.ts';
import { createRandom } from '../../build/sample/random.ts';
import { openLockerOf, type TownLocker } from '../unit/town-locker.ts';
import { CORPUS } from './corpus.ts';
import { exposureGini } from './exposure.ts';
import { recordOf, redditPosts, tweets } from './published-posts.ts';

/** Places that exposure is counted in, and the page that is asked for at a time. */
const PLACES = 500;
const PAGE = 200;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ROUNDS = 5;
const SHUFFLES = 20;
/** Somebody made up, so that algorithms that go by what the owner did have something to go by. */
const LIKED = 150;
const MORE_OF = 30;
const LESS_OF = 10;
const COMPARED = 40;
const WORDS = ['government', 'windows', 'knockout', 'Congress'];

/** Settings to look at besides those that come with an algorithm. */
const MORE: readonly [string, MixEntry['settings']][] = [
  ['fair-heat', { source: 'source' }],
  ['fair-heat', { fairness: 0 }],
  ['reddit', { mode: 'best' }],
  ['reddit', { mode: 'controversial' }],
  ['spread', { mode: 'mmr' }],
  ['quotas', { attribute: 'source', bound: 'most', share: 0.1 }],
];

interface Row {
  readonly name: string;
  readonly kind: string;
  /** Posts that were scored, marked, or shown at another place. */
  readonly told: number;
  readonly gini: number;
  readonly first: number;
  readonly ms: number;
}

describe.skipIf(CORPUS === '').each([
  ['Reddit’s best posts', redditPosts],
  ['tweets', tweets],
] as const)('every algorithm over %s', (title, read) => {
  let locker: TownLocker;
  let total = 0;
  let base = 0;
  const authors = new Set<string>();
  let newest: FeedItem[] = [];

  beforeAll(async () => {
    const posts = CORPUS === '' ? [] : read().filter(({ at, uri }) => !Number.isNaN(at) && uri !== '');
    base = posts.reduce((latest, post) => Math.max(latest, post.at), 0) + HOUR;
    locker = await openLockerOf(posts.map(recordOf), base);
    await locker.feed.saveMix(mixOf(entryOf('my-comparisons')));
    const page = await locker.feed.makeFeed({ order: 'newest', limit: 1, mix: mixOf() });
    total = page.total;
    newest = await itemsOf(page.feedId, total);
    for (const item of newest) authors.add(authorOf(item));
    const random = createRandom(7);
    for (const [act, times] of [
      ['like', LIKED],
      ['more', MORE_OF],
      ['less', LESS_OF],
    ] as const)
      for (let done = 0; done < times; done++)
        await locker.records.act(act, branded<string, 'RecordId'>(random.pick(newest).post.id));
    const words = WORDS.map((value): MutedWord => {
      return { value, targets: ['content', 'tag'], severity: 3, excludeFollowing: false, expiresAt: null };
    });
    await locker.feed.saveWords({ words, hosts: [] });
    for (let answer = 0; answer < COMPARED; answer++) {
      const { pair } = await locker.feed.comparisonPair();
      const [better, worse] = (pair ?? []).toSorted((a, b) => b.text.length - a.text.length);
      if (better !== undefined && worse !== undefined)
        await locker.feed.compare({ better: better.id, worse: worse.id });
    }
  }, 300_000);
  afterAll(() => locker[Symbol.asyncDispose]());

  function mixOf(...entries: MixEntry[]): Mix {
    return { id: 'm', name: 'Mine', blend: 'rank', window: { maxItems: 20_000, maxAgeHours: null }, entries };
  }

  async function itemsOf(feedId: string, count: number): Promise<FeedItem[]> {
    const items: FeedItem[] = [];
    while (items.length < count) {
      const page = await locker.feed.feedPage(feedId, { offset: items.length, limit: PAGE });
      if (page.items.length === 0) break;
      items.push(...page.items);
    }
    return items.slice(0, count);
  }

  /** A trial knows nothing of what was learnt: of the feed some posts are asked about. */
  async function scoredIn(feedId: string, items: readonly FeedItem[]): Promise<number> {
    const some = items.filter((_, place) => place % 25 === 0);
    const whys = await Promise.all(some.map(({ post }) => locker.feed.feedWhy(feedId, post.id)));
    return (total * whys.filter(({ shares }) => shares.every(({ estimated }) => !estimated)).length) / some.length;
  }

  async function rowOf(algorithm: string, settings: MixEntry['settings']): Promise<Row> {
    const name = `${algorithm}${Object.entries(settings).map(([key, value]) => `, ${key} ${String(value)}`).join('')}`; // prettier-ignore
    const loaded = await locker.market.load(`org.datalocker.${algorithm}`);
    const kind = loaded.manifest.kind;
    const trial = await locker.feed.trial(loaded, { settings, facts: false }, new AbortController().signal);
    expect(trial.failure, name).toBeNull();
    const mix = mixOf(...(kind === 'ranker' ? [] : [entryOf('newest-first')]), entryOf(algorithm, settings));
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      locker.now = base + (round + 1) * MINUTE;
      const started = performance.now();
      const page = await locker.feed.makeFeed({ order: 'mix', limit: 1, mix });
      times.push(performance.now() - started);
      expect(page.notices, name).toEqual([]);
      if (round < ROUNDS - 1) continue;
      const items = await itemsOf(page.feedId, Math.min(PLACES, page.total - page.hidden));
      const shown = items.map(authorOf);
      const scored = loaded.manifest.learns === undefined ? total - trial.unscored : await scoredIn(page.feedId, items);
      const moved = items.filter(({ post }, place) => newest[place]?.post.id !== post.id).length;
      return {
        name,
        kind,
        told: kind === 'ranker' ? scored : kind === 'blocker' ? page.hidden + trial.marked : moved,
        gini: exposureGini(shown, authors.size),
        first: new Set(shown).size,
        ms: times.sort((a, b) => a - b)[ROUNDS >> 1] ?? NaN,
      };
    }
    throw new Error('no round');
  }

  test('what it tells, how evenly it shows people, and how long a feed by it takes', { timeout: 900_000 }, async () => {
    const installed = await locker.market.installed();
    const names = installed.map(({ manifest }) => manifest.id.replace('org.datalocker.', ''));
    const wanted: (readonly [string, MixEntry['settings']])[] = [...names.map((name) => [name, {}] as const), ...MORE];
    const rows: Row[] = [];
    for (const [name, settings] of wanted) rows.push(await rowOf(name, settings));
    const random = createRandom(11);
    const shuffled = Array.from({ length: SHUFFLES }, () => {
      const left = newest.map(authorOf);
      const some = Array.from({ length: PLACES }, () => left.splice(random.below(left.length), 1)[0] ?? '');
      return exposureGini(some, authors.size);
    });
    const chance = shuffled.reduce((sum, value) => sum + value, 0) / SHUFFLES;
    console.log(tableOf(`${title}: ${String(total)} posts of ${String(authors.size)} authors`, rows, chance));
    const of = (name: string): Row => rows.find((row) => row.name === name) ?? NOTHING;
    expect(rows).toHaveLength(wanted.length);
    expect(of('newest-first').told).toBe(total);
    expect(of('newest-first').gini).toBeCloseTo(exposureGini(newest.slice(0, PLACES).map(authorOf), authors.size), 10);
    expect(of('fair-heat').told).toBe(of('hacker-news').told);
    // The owner compared, so everything has a place; spreading never shows fewer people than time does.
    expect(of('my-comparisons').told).toBe(total);
    expect(of('spread').first).toBeGreaterThanOrEqual(of('newest-first').first);
    expect(of('spread').gini).toBeLessThanOrEqual(of('newest-first').gini);
  });

  function tableOf(caption: string, rows: readonly Row[], chance: number): string {
    const lines = rows.map(
      ({ name, kind, told, gini, first, ms }) =>
        `| ${name} | ${kind} | ${((100 * told) / (kind === 'ranker' || kind === 'blocker' ? total : PLACES)).toFixed(1)} % | ${gini.toFixed(3)} | ${String(first)} | ${ms.toFixed(0)} |`,
    );
    return [
      caption,
      '| Algorithm | Kind | Tells | Gini | Authors | ms |',
      '| --- | --- | --- | --- | --- | --- |',
      `| by lot | baseline | | ${chance.toFixed(3)} | | |`,
      ...lines,
    ].join('\n');
  }
});

const NOTHING: Row = { name: '', kind: '', told: NaN, gini: NaN, first: NaN, ms: NaN };

function authorOf({ post }: FeedItem): string {
  return post.author?.uri ?? '';
}

function entryOf(name: string, settings: MixEntry['settings'] = {}): MixEntry {
  return { entry: name, algorithm: `org.datalocker.${name}`, enabled: true, weight: 1, settings };
}
