import type { AuthorFacts } from '../author-rows.ts';
import type { PostTexts } from '../text-arena.ts';
import type { WindowSource } from '../window-source.ts';
import { fakeAuthor, fakeFacts, type FakePost } from './fake-posts.ts';

/** A post with an id and its texts. */
export interface StoredPost extends FakePost {
  id: number;
  text?: string;
}

/** A store of posts in memory; each change gets the next `seq`. */
export interface FakeSource extends WindowSource {
  put(...posts: StoredPost[]): void;
  remove(...ids: number[]): void;
  putAuthor(author: AuthorFacts): void;
  /** Calls so far. */
  readonly calls: { load: number; since: number; texts: number };
}

export function fakeSource(posts: readonly StoredPost[] = []): FakeSource {
  const stored = new Map<number, StoredPost & { seq: number }>();
  const removed: { id: number; seq: number }[] = [];
  const authors = new Map<number, AuthorFacts>();
  const calls = { load: 0, since: 0, texts: 0 };
  const langs = ['en', 'de'];
  let seq = 0;
  const author = (key: number): AuthorFacts => authors.get(key) ?? fakeAuthor(key);
  const authorsOf = (some: readonly FakePost[]): AuthorFacts[] =>
    [...new Set(some.flatMap((post) => post.author ?? []))].map(author);
  const newest = (): (StoredPost & { seq: number })[] =>
    [...stored.values()].sort((a, b) => (b.published ?? 0) - (a.published ?? 0) || b.id - a.id);
  const source: FakeSource = {
    calls,
    put(...some) {
      for (const post of some) stored.set(post.id, { published: post.id * 1000, ...post, seq: ++seq });
    },
    remove(...ids) {
      for (const id of ids) if (stored.delete(id)) removed.push({ id, seq: ++seq });
    },
    putAuthor(next) {
      seq++;
      authors.set(next.key, { ...next, seq });
    },
    async load({ maxItems, among }) {
      calls.load++;
      const isAmong = ({ source: from, author: by }: FakePost): boolean =>
        among === undefined || among.sources.includes(from ?? NaN) || among.authors.includes(by ?? NaN);
      const rows = newest().filter(isAmong).slice(0, maxItems);
      return { facts: fakeFacts(rows), authors: authorsOf(rows), langs, blockedHosts: [], tagSalt: [1, 2], seq };
    },
    async since(asked) {
      calls.since++;
      const rows = newest().filter((post) => post.seq > asked.seq);
      const changed = [...authors.values()].filter((one) => one.seq > asked.seq);
      return {
        facts: fakeFacts(rows),
        authors: [...authorsOf(rows), ...changed],
        langs,
        blockedHosts: [],
        tagSalt: [1, 2],
        seq,
        removed: Float64Array.from(
          removed.filter((one) => one.seq > asked.seq && !stored.has(one.id)),
          ({ id }) => id,
        ),
      };
    },
    async texts(ids): Promise<PostTexts> {
      calls.texts++;
      const text = Array.from(ids, (id) => stored.get(id)?.text ?? '');
      return {
        text,
        kind: new Uint8Array(text.length),
        postSeg: Uint32Array.from({ length: text.length + 1 }, (_, p) => p),
      };
    },
  };
  source.put(...posts);
  return source;
}
