import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnDigest } from './digest.ts';
import { F64_FACTS, U32_FACTS, U8_FACTS, type PostSet } from './post-set.ts';
import { fakeAuthor } from './testing/fake-posts.ts';
import { fakeSource, type StoredPost } from './testing/fake-source.ts';
import { FeedWindow } from './window.ts';

const NOW = 10_000_000;
const all = { maxItems: 1000, maxAgeHours: null };

function contents(posts: PostSet): unknown {
  return {
    f64: F64_FACTS.map((fact) => [fact, [...posts.f64(fact)]]),
    u32: U32_FACTS.map((fact) => [fact, [...posts.u32(fact)]]),
    u8: U8_FACTS.map((fact) => [fact, [...posts.u8(fact)]]),
  };
}

test('following changes gives what loading afresh gives', async () => {
  const post = fc.record(
    {
      id: fc.integer({ min: 1, max: 30 }),
      published: fc.integer({ min: 1, max: 10 }),
      likes: fc.integer({ min: 0, max: 3 }),
      author: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ['id'] },
  );
  const step = fc.oneof(
    fc.record({ put: fc.array(post, { maxLength: 6 }) }),
    fc.record({ remove: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }) }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 8 }),
      fc.integer({ min: 1, max: 12 }),
      fc.nat(4),
      async (steps, maxItems, spare) => {
        const source = fakeSource();
        const followed = new FeedWindow(source, () => spare);
        const size = { maxItems, maxAgeHours: null };
        for (const next of steps) {
          if ('put' in next) source.put(...next.put);
          else source.remove(...next.remove);
          const { posts } = await followed.posts(size, NOW, 'UTC');
          const fresh = await new FeedWindow(source).posts(size, NOW, 'UTC');
          expect(contents(posts)).toEqual(contents(fresh.posts));
        }
      },
    ),
    { numRuns: process.env.SOAK === '1' ? 2000 : 60 },
  );
});

test('nothing new, the same set; a new count, new arrays for that count alone', async () => {
  const posts: StoredPost[] = [
    { id: 1, likes: 1, author: 1 },
    { id: 2, likes: 2, author: 2 },
  ];
  const source = fakeSource(posts);
  const window = new FeedWindow(source);
  const first = await window.posts(all, NOW, 'UTC');
  expect((await window.posts(all, NOW, 'UTC')).posts).toBe(first.posts);
  source.put({ id: 1, likes: 5, author: 1 });
  const second = await window.posts(all, NOW, 'UTC');
  expect([...second.posts.f64('likes')]).toEqual([2, 5]);
  expect([...first.posts.f64('likes')]).toEqual([2, 1]);
  expect(second.posts.f64('published')).toBe(first.posts.f64('published'));
  expect(columnDigest(second.posts.f64('likes'))).not.toBe(columnDigest(first.posts.f64('likes')));
  expect(source.calls.load).toBe(1);
});

test('an author’s news reach the window', async () => {
  const source = fakeSource([{ id: 1, author: 1 }]);
  const window = new FeedWindow(source);
  await window.posts(all, NOW, 'UTC');
  source.putAuthor(fakeAuthor(1, { followers: 7 }));
  const { posts } = await window.posts(all, NOW, 'UTC');
  expect(posts.context.authors.get(1)?.followers).toBe(7);
});

test('cut to the newest and to an age', async () => {
  const hour = 3_600_000;
  const posts = [1, 2, 3, 4].map((id) => ({ id, published: id * hour }));
  const window = new FeedWindow(fakeSource(posts));
  const ids = async (maxItems: number, maxAgeHours: number | null): Promise<number[]> => [
    ...(await window.posts({ maxItems, maxAgeHours }, 5 * hour, 'UTC')).posts.f64('id'),
  ];
  expect(await ids(2, null)).toEqual([4, 3]);
  expect(await ids(9, 3)).toEqual([4, 3, 2]);
  expect(await ids(9, 0.5)).toEqual([]);
});
