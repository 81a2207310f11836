import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Mix } from '../../protocol/owner/feed.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import type { Feed } from './index.ts';
import { byColumn, fakeRuns, type FakeRuns } from './testing/fake-sandbox.ts';
import { fakeSource } from './testing/fake-source.ts';
import { entry, feedOver, ids, mix, POSTS, START } from './testing/test-feed.ts';

let store: TestStore;
let feed: Feed;

function open(): Feed {
  const even = byColumn('a.even', 'replies');
  const runs = fakeRuns([
    byColumn('a.likes', 'likes'),
    byColumn('a.replies', 'replies'),
    { ...even, manifest: { ...even.manifest, normalised: true } },
  ]);
  return feedOver({ store, source: fakeSource(POSTS), runs, now: () => START });
}

beforeEach(async () => {
  store = await openTestStore();
  feed = open();
});

afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

const likes = { ...mix(entry('a.likes')), id: 'likes', name: 'Likes' };
const replies = { ...mix(entry('a.replies')), id: 'replies', name: 'Replies' };
const names = async (): Promise<unknown> => {
  const { current, items } = await feed.mixes();
  return [current, items.map(({ id }) => id)];
};
const order = async (): Promise<number[]> => ids(await feed.makeFeed({ order: 'mix', limit: 2 }));

describe('mixes', () => {
  test('there is one at first; a saved one joins it and makes the feed, and a chosen one again', async () => {
    expect(await names()).toEqual(['default', ['default']]);
    await feed.saveMix(likes);
    expect(await order()).toEqual([2, 4]);
    await feed.saveMix(replies);
    expect(await names()).toEqual(['replies', ['default', 'likes', 'replies']]);
    expect(await order()).toEqual([1, 3]);
    await feed.chooseMix('likes');
    expect(await order()).toEqual([2, 4]);
    feed = open();
    expect(await names()).toEqual(['likes', ['default', 'likes', 'replies']]);
  });

  test('saving one that is there changes it in its place', async () => {
    await feed.saveMix(likes);
    await feed.saveMix(replies);
    await feed.saveMix({ ...likes, name: 'Liked' });
    expect((await feed.mixes()).items.map(({ name }) => name)).toEqual(['My mix', 'Liked', 'Replies']);
    expect((await feed.getMix()).name).toBe('Liked');
  });

  test('the one that a locker had before there could be several stays', async () => {
    await store.write('settings.set', { key: 'feed.mix', value: likes });
    feed = open();
    expect(await names()).toEqual(['likes', ['likes']]);
    await feed.saveMix(replies);
    expect(await names()).toEqual(['replies', ['likes', 'replies']]);
  });

  test('a dropped one is gone; without the chosen one the first makes the feed; the last one stays', async () => {
    await feed.saveMix(likes);
    await feed.dropMix('likes');
    expect(await names()).toEqual(['default', ['default']]);
    await expect(feed.dropMix('likes')).rejects.toMatchObject({ code: 'mix_not_found' });
    await expect(feed.chooseMix('likes')).rejects.toMatchObject({ code: 'mix_not_found' });
    await expect(feed.dropMix('default')).rejects.toMatchObject({ code: 'mix_invalid' });
  });

  test('by score only where every ranker that is switched on says that it may be', async () => {
    const byScore = { ...mix(entry('a.even'), entry('a.likes', { enabled: false })), blend: 'score' as const };
    expect(ids(await feed.makeFeed({ order: 'mix', limit: 1, mix: byScore }))).toHaveLength(1);
    await feed.saveMix(byScore);
    const mixed = { ...mix(entry('a.even'), entry('a.likes')), blend: 'score' as const };
    await expect(feed.saveMix(mixed)).rejects.toMatchObject({ code: 'mix_invalid' });
  });

  test('there is a bound', async () => {
    for (let count = 1; count < 50; count++) await feed.saveMix({ ...likes, id: `m${String(count)}` });
    await expect(feed.saveMix(replies)).rejects.toMatchObject({ code: 'too_many_mixes' });
  });
});

describe('after an update that takes other settings', () => {
  const pull = { type: 'number', key: 'pull', label: { en: 'Pull' }, min: 0, max: 9, step: 1, default: 1 } as const;
  const runs = (settings: Manifest['settings']): FakeRuns => {
    const likes = byColumn('a.likes', 'likes');
    return fakeRuns([{ ...likes, manifest: { ...likes.manifest, settings } }, byColumn('a.replies', 'replies')]);
  };
  const over = (settings: Manifest['settings']): Feed =>
    feedOver({ store, source: fakeSource(POSTS), runs: runs(settings), now: () => START });
  const pulled = (value: number): Mix => mix(entry('a.likes', { settings: { pull: value } }));

  for (const [what, settings] of [
    ['a smaller range', [{ ...pull, max: 3 }]],
    ['without the setting', []],
  ] as const) {
    test(`${what}: the feed comes, the mix can be changed and saved, and the leftover goes with that`, async () => {
      feed = over([pull]);
      await feed.saveMix(pulled(5));
      feed = over([...settings]);
      const page = await feed.makeFeed({ order: 'mix', limit: 4 });
      expect(page.notices).toEqual([]);
      const changed = { ...(await feed.getMix()), name: 'Changed' };
      expect((await feed.makeFeed({ order: 'mix', limit: 4, mix: changed })).notices).toEqual([]);
      expect((await feed.saveMix(changed)).entries.map((one) => one.settings)).toEqual([{}]);
      expect((await feed.getMix()).name).toBe('Changed');
    });

    test(`${what}: a value that was never saved is refused`, async () => {
      feed = over([...settings]);
      await expect(feed.saveMix(pulled(6))).rejects.toThrow('algorithm_setting_invalid');
    });
  }
});
