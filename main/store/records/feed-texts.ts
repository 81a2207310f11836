import { sql } from 'kysely';
import { z } from 'zod';
import { TEXT_KINDS } from '../../../protocol/record.ts';
import { readOperation, type Reader } from '../operation.ts';
import { TEXT_SEPARATOR } from '../../derive/index.ts';
import { firstIdAt } from './record-ids.ts';
import { authorOfPost, hasKey, KEY_IN_LIST } from './record-keys.ts';
import { isDatatype } from './sql-rows.ts';

const QUOTE = TEXT_KINDS.indexOf('quote');

/** Post p owns segments `postSeg[p] .. postSeg[p + 1]`; `kind` indexes TEXT_KINDS. */
export interface FeedTexts {
  postSeg: Uint32Array;
  kind: Uint8Array;
  text: string[];
}

/** What the owner did about an author's posts. */
export interface MyReactions {
  /** Key of the author. */
  author: number;
  replies: number;
  likes: number;
  boosts: number;
}

export const feedTextReads = {
  /** Texts of posts in the order of the ids; none for an id that is no post. A quoted or boosted post that is here adds its own. */
  'feedColumns.texts': readOperation(
    z.strictObject({ ids: z.union([z.array(z.int()), z.instanceof(Float64Array)]) }),
    async ({ rows }, { ids }): Promise<FeedTexts> => {
      const list = Array.from(ids);
      const own = new Map<number, readonly unknown[]>();
      const query = `select t.id, t.kinds, t.text, p.quote_of, p.boost_of from record_text t join post_column p on p.id = t.id
        where t.id in (select value from json_each(?))`;
      for (const row of rows({ sql: query, parameters: [JSON.stringify(list)] })) own.set(Number(row[0]), row);
      const quoted = quotedTexts(rows, own.values());
      const postSeg = new Uint32Array(list.length + 1);
      const kinds: number[] = [];
      const text: string[] = [];
      for (const [p, id] of list.entries()) {
        const row = own.get(id);
        if (row !== undefined) addTexts(row, quoted, kinds, text);
        postSeg[p + 1] = text.length;
      }
      return { postSeg, kind: Uint8Array.from(kinds), text };
    },
  ),
  /** The owner's replies, likes and boosts since then, by author of what they are about. */
  'feedColumns.myReactions': readOperation(
    z.strictObject({ since: z.int() }),
    async ({ db }, { since }): Promise<MyReactions[]> => {
      const from = firstIdAt(since);
      const reactions = sql<{ author: number | null; what: string; times: number }>`(
        select coalesce(${authorOfPost(sql`iif(p.boost_of <> 0, p.boost_of, p.reply_to)`)}, p.target_author) as author,
          iif(p.boost_of <> 0, 'boosts', 'replies') as what, count(*) as times
        from post_column p
        where p.mine = 1 and p.id >= ${from} and (p.boost_of <> 0 or p.reply_to <> 0)
        group by 1, 2
        union all
        select coalesce(${authorOfPost(sql`r.object`)}, r.object_author), 'likes', count(*)
        from record r
        where r.datatype = 'social.reaction' and r.id >= ${from} and r.mine = 1 and r.kind in ('Like', 'EmojiReact')
        group by 1
      )`;
      return byAuthor(await db.selectFrom(reactions.as('found')).selectAll().execute());
    },
  ),
  /** The conversation of a post: its key, and its URI where a post of it tells. Null: no such post. */
  'feedColumns.thread': readOperation(
    z.strictObject({ id: z.int() }),
    async ({ db }, { id }): Promise<{ thread: number; threadUri: string | null } | null> => {
      const post = await db.selectFrom('post_column').select('thread').where('id', '=', id).executeTakeFirst();
      if (post === undefined) return null;
      const root = await db
        .selectFrom('record')
        .select('uri')
        .where(hasKey([post.thread]))
        .where(isDatatype('social.post'))
        .executeTakeFirst();
      return { thread: post.thread, threadUri: root?.uri ?? null };
    },
  ),
};

type Texts = { kinds: string; text: string };

/** Texts of what posts quote or boost, by key. */
function quotedTexts(rows: Reader['rows'], posts: Iterable<readonly unknown[]>): Map<number, Texts> {
  const refs = new Set<number>();
  for (const post of posts) for (const ref of [Number(post[3]), Number(post[4])]) if (ref !== 0) refs.add(ref);
  const found = new Map<number, Texts>();
  if (refs.size === 0) return found;
  // Only posts have columns: a record of another kind with the same key is left out without a look at it.
  const query = `select k.ref, t.kinds, t.text from record_key k join post_column p on p.id = k.id
    join record_text t on t.id = k.id where ${KEY_IN_LIST}`;
  for (const [ref, kinds, text] of rows({ sql: query, parameters: [JSON.stringify([...refs])] })) {
    found.set(Number(ref), { kinds: String(kinds), text: String(text) });
  }
  return found;
}

function addTexts(row: readonly unknown[], quoted: ReadonlyMap<number, Texts>, kinds: number[], text: string[]): void {
  const own = String(row[1]);
  const segments = String(row[2]).split(TEXT_SEPARATOR);
  let hasQuote = false;
  for (let i = 0; i < own.length; i++) {
    const kind = Number(own[i]);
    if (!Number.isInteger(kind)) continue;
    hasQuote ||= kind === QUOTE;
    kinds.push(kind);
    text.push(segments[i] ?? '');
  }
  const other = quoted.get(Number(row[3])) ?? (own.includes('0') ? undefined : quoted.get(Number(row[4])));
  if (other === undefined || hasQuote) return;
  const parts = other.text.split(TEXT_SEPARATOR);
  for (let i = 0; i < other.kinds.length; i++) {
    // Names stay out; everything else of the other post is one kind here.
    if (other.kinds[i] === 'n' || (parts[i] ?? '') === '') continue;
    kinds.push(QUOTE);
    text.push(parts[i] ?? '');
  }
}

function byAuthor(rows: readonly { author: number | null; what: string; times: number }[]): MyReactions[] {
  const found = new Map<number, MyReactions>();
  for (const { author, what, times } of rows) {
    if (author === null || author === 0) continue;
    const entry = found.get(author) ?? { author, replies: 0, likes: 0, boosts: 0 };
    if (what === 'replies') entry.replies += times;
    else if (what === 'boosts') entry.boosts += times;
    else entry.likes += times;
    found.set(author, entry);
  }
  return [...found.values()];
}
