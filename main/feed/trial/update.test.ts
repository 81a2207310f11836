import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Batch } from '../../../protocol/batch.ts';
import type { Mix } from '../../../protocol/owner/feed.ts';
import type { UpdateComparison } from '../../../protocol/owner/trial.ts';
import { openTestStore, type TestStore } from '../../store/testing.ts';
import type { Feed } from '../index.ts';
import { fakeAuthor } from '../testing/fake-posts.ts';
import { byColumn, fakeRuns, type FakeAlgorithm, type FakeRuns } from '../testing/fake-sandbox.ts';
import { fakeSource } from '../testing/fake-source.ts';
import { entry, feedOver, mix, START } from '../testing/test-feed.ts';

const COUNT = 60;
const never = new AbortController().signal;

/** Hides posts with fewer likes than it says. */
function fewerThan(id: string, least: number, severity = 3): FakeAlgorithm {
  const needs = { post: ['likes' as const], author: [], text: 'none' as const, owner: [], labels: false };
  const reasons = [{ code: 'few', params: [], text: { en: 'Few likes' } }];
  return {
    manifest: { id, kind: 'blocker', needs, reasons },
    module: {
      decide(batch: Batch) {
        const rows = Array.from({ length: batch.n }, (_, row) => row).filter(
          (row) => (batch.f64.likes?.[row] ?? NaN) < least,
        );
        return {
          row: Uint32Array.from(rows),
          severity: new Uint8Array(rows.length).fill(severity),
          target: new Uint8Array(rows.length),
          reason: new Uint16Array(rows.length),
          args: new Float64Array(0),
        };
      },
    },
  };
}

let store: TestStore;
let runs: FakeRuns;
let feed: Feed;

beforeEach(async () => {
  store = await openTestStore();
  const source = fakeSource();
  for (let author = 1; author <= 6; author++) source.putAuthor(fakeAuthor(author, {}));
  // The oldest ten are by the first author alone, the others take turns; newer posts have more likes and fewer replies.
  for (let id = 1; id <= COUNT; id++)
    source.put({ id, author: id <= 10 ? 1 : 2 + (id % 5), likes: id, replies: COUNT - id, text: 'x' });
  runs = fakeRuns([
    byColumn('a.rank', 'likes'),
    byColumn('a.rank-2', 'replies'),
    fewerThan('a.block', 5),
    fewerThan('a.block-2', 13),
    fewerThan('a.mark', 5, 1),
  ]);
  feed = feedOver({ store, source, runs, now: () => START });
});

afterEach(async () => {
  await feed[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
});

/** Compares an algorithm with the one called `next`, as if that were another version of it. */
async function compared(id: string, next: string): Promise<UpdateComparison> {
  const installed = await runs.algorithms.load(id);
  const other = await runs.algorithms.load(next);
  const manifest = { ...other.manifest, id, version: '2.0.0' };
  return feed.compareUpdate(installed, { ...other, manifest }, never);
}
const save = async (...entries: Mix['entries']): Promise<unknown> => feed.saveMix(mix(...entries));

describe('two versions over the same posts', () => {
  test('the same code changes nothing', async () => {
    await save(entry('a.rank'));
    expect(await compared('a.rank', 'a.rank')).toMatchObject({
      from: '1.0.0',
      to: '2.0.0',
      mix: 'Mine',
      posts: COUNT,
      problems: { from: null, to: null },
      page: 20,
      stayed: 20,
      turned: 0,
      remarked: 0,
      came: { count: 0 },
      left: { count: 0 },
      hidden: { count: 0 },
      freed: { count: 0 },
      lifted: [],
      sunk: [],
    });
  });

  test('the reverse order: the first page is another, every pair is turned, and people are lifted and sunk', async () => {
    await save(entry('a.rank'));
    const found = await compared('a.rank', 'a.rank-2');
    expect(found).toMatchObject({ stayed: 0, turned: 1, came: { count: 20 }, left: { count: 20 } });
    expect(found.came.items.map(({ id }) => Number(id))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(found.left.items[0]?.id).toBe(String(COUNT));
    expect(found.lifted).toMatchObject([{ uri: 'https://town.example/@1', posts: 10, places: 50 }]);
    expect(found.sunk).toHaveLength(5);
  });

  test('what it hides that the other did not, of whom, and who is gone with all of their posts', async () => {
    await save(entry('a.rank'), entry('a.block'));
    const found = await compared('a.block', 'a.block-2');
    expect(found.hidden.count).toBe(8);
    expect(found.hidden.items.every(({ id }) => Number(id) >= 5 && Number(id) < 13)).toBe(true);
    expect(found.freed.count).toBe(0);
    // What is hidden lifts nobody: the others stand as they did among themselves.
    expect([found.turned, found.lifted, found.sunk]).toEqual([0, [], []]);
    expect(found.hiddenPeople[0]).toMatchObject({ uri: 'https://town.example/@1', posts: 6, entirely: true });
    expect(found.hiddenPeople.slice(1).every(({ entirely }) => !entirely)).toBe(true);
    const back = await compared('a.block-2', 'a.block');
    expect(back).toMatchObject({ mix: null, hidden: { count: 0 }, freed: { count: 8 } });
    expect(back.freedPeople[0]).toMatchObject({ uri: 'https://town.example/@1', posts: 6, entirely: true });
  });

  test('posts that it marks instead of hiding', async () => {
    await save(entry('a.rank'), entry('a.mark'));
    expect(await compared('a.mark', 'a.block-2')).toMatchObject({ hidden: { count: 12 }, remarked: 0 });
    expect(await compared('a.block', 'a.mark')).toMatchObject({ freed: { count: 4 } });
    expect(await compared('a.mark', 'a.rank')).toMatchObject({ remarked: 4, hidden: { count: 0 } });
  });

  test('is run alone where it counts in no mix, and in the mix it changes no more than its part', async () => {
    await save(entry('a.rank', { weight: 3 }), entry('a.rank-2', { weight: 1 }));
    const inMix = await compared('a.rank-2', 'a.rank');
    expect(inMix).toMatchObject({ mix: 'Mine', turned: 0, stayed: 20 });
    await save(entry('a.rank', { weight: 3 }), entry('a.rank-2', { enabled: false }));
    expect(await compared('a.rank-2', 'a.rank')).toMatchObject({ mix: null, turned: 1, stayed: 0 });
  });

  test('a version that fails is said to, and is no failure of the installed one', async () => {
    await save(entry('a.rank'));
    runs.failing.add('a.rank-2');
    expect(await compared('a.rank', 'a.rank-2')).toMatchObject({ problems: { from: null, to: 'deadline' } });
    expect(runs.failures).toEqual([]);
  });

  test('settings that the other version does not take are named', async () => {
    const installed = await runs.algorithms.load('a.rank');
    const setting = {
      type: 'number',
      key: 'pull',
      label: { en: 'Pull' },
      min: 0,
      max: 9,
      step: 1,
      default: 1,
    } as const;
    installed.manifest.settings.push(setting);
    await save(entry('a.rank', { settings: { pull: 5 } }));
    const narrower = { ...installed.manifest, version: '2.0.0', settings: [{ ...setting, max: 3 }] };
    const without = { ...installed.manifest, version: '2.0.0', settings: [] };
    for (const manifest of [narrower, without]) {
      const found = await feed.compareUpdate(installed, { ...installed, manifest }, never);
      expect(found).toMatchObject({ lostSettings: ['Pull'], problems: { from: null, to: null } });
    }
    expect((await compared('a.rank', 'a.rank')).lostSettings).toEqual([]);
  });
});
