import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FeedPage, Mix, MixEntry } from '../../protocol/owner/feed.ts';
import { openTownLocker, TOWN_NOW, type TownLocker } from './town-locker.ts';

const soak = process.env.SOAK === '1';
const POSTS = soak ? 5000 : 2000;
const DAY = 86_400_000;
const request = { order: 'mix', limit: 40 } as const;

let town: TownLocker;

beforeAll(async () => {
  town = await openTownLocker(POSTS);
});
afterAll(async () => {
  await town[Symbol.asyncDispose]();
});

function entry(name: string, weight = 1, more: Partial<MixEntry> = {}): MixEntry {
  return { entry: name, algorithm: `org.datalocker.${name}`, enabled: true, weight, settings: {}, ...more };
}

function mix(...entries: MixEntry[]): Mix {
  return { id: 'm', name: 'Mine', blend: 'rank', window: { maxItems: POSTS, maxAgeHours: null }, entries };
}

function ids(page: FeedPage): string[] {
  return page.items.map(({ post }) => post.id);
}

const everything = mix(
  entry('weighted-mix', 2),
  entry('unusually-good', 1),
  entry('hacker-news', 1),
  entry('muted-words'),
  entry('lockout'),
  entry('spread'),
);

describe('the town through the shipped algorithms', () => {
  test('the mix of a new locker works without complaint, each post with its reason', async () => {
    const page = await town.feed.makeFeed(request);
    expect(page.notices).toEqual([]);
    expect(page.items).toHaveLength(40);
    expect(page.total).toBeGreaterThan(POSTS * 0.9);
    expect(page.items.every(({ because }) => because !== null)).toBe(true);
  });

  test('newest first in the sandbox is newest first', async () => {
    const plain = await town.feed.makeFeed({ order: 'newest', limit: 200 });
    const ranked = await town.feed.makeFeed({ order: 'mix', limit: 200, mix: mix(entry('newest-first')) });
    expect(ids(ranked)).toEqual(ids(plain));
  });

  test('muted words hide, with the word as the reason, and the drawer says so', async () => {
    const word = {
      value: 'sourdough',
      targets: ['content' as const],
      severity: 3 as const,
      excludeFollowing: false,
      expiresAt: null,
    };
    await town.feed.saveWords({ words: [word], hosts: [] });
    const page = await town.feed.makeFeed({ ...request, mix: everything });
    expect(page.notices).toEqual([]);
    const drawer = await town.feed.feedHidden(page.feedId, { offset: 0, limit: 200 });
    const muted = drawer.items.filter(({ causes }) =>
      causes.some(({ algorithm }) => algorithm === 'org.datalocker.muted-words'),
    );
    expect(muted.length).toBeGreaterThan(0);
    for (const { post, causes } of muted) {
      expect(
        `${post.text} ${post.tags.join(' ')} ${post.quoteOf?.text ?? ''} ${post.boostOf?.text ?? ''}`.toLowerCase(),
      ).toContain('sourdough');
      expect(causes.some(({ reason }) => reason.text.includes('“sourdough”'))).toBe(true);
    }
  });

  test('what a feed hid can be looked up for 30 days, after a restart too, unless the record is deleted', async () => {
    await town.feed.saveMix(everything);
    const wide = await town.feed.makeFeed(request);
    const drawer = await town.feed.feedHidden(wide.feedId, { offset: 0, limit: 200 });
    await town.feed.settled();
    const later = town.freshFeed();
    await later.saveMix({ ...everything, window: { maxItems: 1, maxAgeHours: null } });
    const total = async (): Promise<number> => {
      const { feedId } = await later.makeFeed(request);
      return (await later.feedHidden(feedId, { offset: 0, limit: 1 })).total;
    };
    town.now += 29 * DAY;
    expect(await total()).toBe(drawer.total);
    const gone = drawer.items.at(-1)?.post.id ?? '';
    const { undo } = await town.records.delete([gone as never]);
    expect(await total()).toBe(drawer.total - 1);
    await town.records.undoDelete(undo);
    town.now += 2 * DAY;
    expect(await total()).toBe(0);
    town.now = TOWN_NOW;
  });

  test('the same inputs give the same bytes, in two feeds that share nothing, and verify says so', async () => {
    const [one, other] = [town.freshFeed(), town.freshFeed()];
    const first = await one.makeFeed({ ...request, mix: everything });
    const second = await other.makeFeed({ ...request, mix: everything });
    expect(second.feedId).toBe(first.feedId);
    expect(ids(second)).toEqual(ids(first));
    expect(await one.feedVerify(first.feedId)).toEqual({ feedId: first.feedId, verdict: 'same', changed: [] });
  });

  test('a like, a hide and a mute change the next feed', async () => {
    const before = await town.feed.makeFeed({ ...request, mix: everything });
    const [hidden, muted] = before.items.filter(({ post }) => !post.mine).map(({ post }) => post);
    if (hidden === undefined || muted === undefined) throw new Error('an empty feed');
    await town.records.act('hide', hidden.id as never);
    await town.records.act('mute', muted.id as never);
    const after = await town.feed.makeFeed({ ...request, mix: everything, previous: before.feedId });
    expect(after.leftPage).toContain(hidden.id);
    expect(after.items.some(({ post }) => post.author?.uri === muted.author?.uri && post.boostOf === null)).toBe(false);
    const verdict = await town.feed.feedVerify(before.feedId);
    expect([verdict.verdict, verdict.changed.includes(hidden.id)]).toEqual(['inputs-changed', true]);
    await town.records.undoAct('hide', hidden.id as never);
    await town.records.undoAct('mute', muted.id as never);
  });
});

test('what was read counts as seen, once per feed', async () => {
  const { feedId, items } = await town.feed.makeFeed({ order: 'newest', limit: 40 });
  const seen = async (): Promise<number> => {
    const { byDatatype } = await town.records.summary();
    return byDatatype.find(({ datatype }) => datatype === 'activity.view')?.count ?? 0;
  };
  const before = await seen();
  for (const place of [4, 9, 2, 9]) {
    await town.feed.feedPosition(feedId, { record: items[place]?.post.id ?? '' });
  }
  expect(await seen()).toBe(before + 10);
  const { posts } = await town.store.read('feedColumns.load', { maxItems: 10, maxAgeMs: null, now: TOWN_NOW });
  expect([...posts.u32.seenCount]).toEqual(Array(10).fill(1));
});
