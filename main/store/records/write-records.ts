import { sql, type Kysely } from 'kysely';
import { Visibility } from '../../../protocol/record.ts';
import type { Database } from '../database.ts';
import { keepPast } from '../gated/past.ts';
import { authorOf, tellAuthors } from './authors.ts';
import { keepsTime } from './came-twice.ts';
import { markPostAuthors } from './engagement.ts';
import { leaveAuthors } from './leave-authors.ts';
import { followRelations, renewRelations } from './relations.ts';
import { countDatatypes, countSources, sourceIds, takeSeq, tally } from './counters.ts';
import { authorFacet, datatypeFacet, mentionFacet, sourceFacet } from './facets.ts';
import { followIncoming, incomingFor } from './incoming.ts';
import type { PreparedRecord } from '../../derive/index.ts';
import { placeIds, wantedId } from './record-ids.ts';
import { addKeys, moveKeys } from './record-keys.ts';
import { NO_TIME, type RecordTable } from './record-tables.ts';
import { among, flag, insertRows, replacing, type SqlValue } from './sql-rows.ts';
import { placeInThreads } from './threads.ts';

/** A record to store: new, or in place of what is stored. */
export interface Write {
  readonly record: PreparedRecord;
  readonly stored: StoredRow | null;
  /** Where `record` was derived from a body under the owner's changes: both as they are to be stored; `own_time` null: as `record` says. */
  readonly kept?: Kept;
}

export type StoredRow = Pick<
  RecordTable,
  | 'id'
  | 'ref'
  | 'identity'
  | 'body_digest'
  | 'mine'
  | 'edited'
  | 'source'
  | 'published'
  | 'own_time'
  | 'published_text'
  | 'estimated'
  | 'author'
  | 'object'
>;

export interface Kept extends Pick<RecordTable, 'id' | 'ref' | 'identity'> {
  readonly own_time: number | null;
  readonly body: string;
  readonly bodyDigest: string;
  readonly overlay: string | null;
}

/** A write with its place: what the parts of the store are filled from. */
export interface Placed
  extends Write, Pick<RecordTable, 'id' | 'ref' | 'identity' | 'source' | 'published' | 'own_time' | 'published_text'> {
  readonly seq: number;
  readonly estimated: 0 | 1;
  readonly mine: 0 | 1;
}

const RECORD_COLUMNS = [
  'id', 'datatype', 'ref', 'identity', 'uri', 'source', 'published', 'own_time', 'published_text', 'estimated', 'mine',
  'author', 'object', 'object_author', 'object_host', 'kind', 'summary', 'body_digest', 'edited', 'seq',
] as const satisfies (keyof RecordTable)[]; // prettier-ignore
const TEXT_COLUMNS = ['id', 'kinds', 'text', 'search', 'facets'];
const BODY_COLUMNS = ['id', 'overlay', 'body'];
const POST_COLUMNS = [
  'id', 'ref', 'author', 'thread', 'reply_to', 'boost_of', 'quote_of', 'target_author', 'source', 'published', 'replies',
  'boosts', 'likes', 'downs', 'media_count', 'has_link', 'chars', 'language', 'sensitive', 'visibility', 'mine',
  'mentions_me', 'seen_count', 'acts', 'seq',
]; // prettier-ignore

/**
 * Writes records with everything that is kept beside them: texts and index, authors, feed columns, threads, counts. What has
 * the owner's changes comes derived under them: see `underChanges`.
 */
export async function writeRecords(
  db: Kysely<Database>,
  writes: readonly Write[],
  now: number,
): Promise<{ added: number[] }> {
  if (writes.length === 0) return { added: [] };
  const placed = await place(db, writes, now);
  await keepPast(
    db,
    placed.flatMap(({ stored }) => (stored === null ? [] : [stored.id])),
    placed[0]?.seq ?? 0,
  );
  const reworded = await rewordedOf(db, placed);
  const outdated = reworded.filter(({ stored }) => stored !== null).map(({ id }) => id);
  await db.deleteFrom('record_search').where('rowid', 'in', among(outdated)).execute();
  await insertRows(db, 'insert into record', RECORD_COLUMNS, placed.map(recordRow), replacing('id', RECORD_COLUMNS));
  await insertRows(db, 'insert into record_text', TEXT_COLUMNS, placed.map(textRow), replacing('id', TEXT_COLUMNS));
  await insertRows(db, 'insert into record_body', BODY_COLUMNS, placed.map(bodyRow), replacing('id', BODY_COLUMNS));
  const added = placed.filter(({ stored }) => stored === null);
  await addKeys(db, added);
  await moveKeys(db, placed[0]?.seq ?? 0, placed.length);
  const authors = await tellAuthors(db, placed, now);
  await writePosts(db, placed, authors.own);
  await followIncoming(db, placed);

  await followRelations(db, placed, authors);
  await markPostAuthors(db, placed);
  await count(db, placed);
  await indexTexts(db, reworded);
  await forgetAuthors(db, placed, authors.own);
  return { added: added.map(({ id }) => id) };
}

async function place(db: Kysely<Database>, writes: readonly Write[], now: number): Promise<Placed[]> {
  const seq = await takeSeq(db, writes.length);
  const fresh = writes.filter(({ stored }) => stored === null);
  const sources = await sourceIds(db, new Set(fresh.map(({ record }) => record.source)));
  const wanted = fresh.map(({ record, kept }) => kept?.id ?? wantedId(record.published ?? now, record.ref));
  const ids = await placeIds(db, wanted);
  let next = 0;
  return writes.map((write, i) => {
    const { record, stored, kept } = write;
    const keepTime = stored !== null && keepsTime(record, stored.estimated === 1);
    return {
      ...write,
      id: stored?.id ?? ids[next++] ?? 0,
      ref: stored?.ref ?? kept?.ref ?? record.ref,
      identity: stored?.identity ?? kept?.identity ?? record.identity,
      seq: seq + i,
      source: stored?.source ?? sources.get(record.source) ?? 0,
      published: keepTime ? stored.published : (record.published ?? now),
      own_time: kept?.own_time ?? (keepTime ? stored.own_time : (record.published ?? NO_TIME)),
      published_text: keepTime ? stored.published_text : record.publishedText,
      estimated: keepTime ? stored.estimated : flag(record.estimated || record.published === null),
      mine: flag(record.mine || stored?.mine === 1),
    };
  });
}

function recordRow({
  record,
  kept,
  id,
  ref,
  identity,
  seq,
  source,
  published,
  own_time,
  published_text,
  estimated,
  mine,
}: Placed): SqlValue[] {
  const edited = flag(kept !== undefined && kept.overlay !== null);
  return [
    id, record.datatype, ref, identity, record.uri, source, published, own_time, published_text, estimated, mine,
    record.author?.key ?? null, record.object?.ref ?? null, record.object?.author || null, record.object?.host ?? null,
    record.kind, record.summary, kept?.bodyDigest ?? record.bodyDigest, edited, seq,
  ]; // prettier-ignore
}

function textRow(item: Placed): SqlValue[] {
  const { kinds, text, search } = item.record;
  return [item.id, kinds, text, search, facetsOf(item)];
}

function bodyRow({ record, kept, id }: Placed): SqlValue[] {
  return [id, kept?.overlay ?? null, kept?.body ?? record.body];
}

/** What a record told of its author before, and tells no more, is forgotten. */
async function forgetAuthors(
  db: Kysely<Database>,
  written: readonly Placed[],
  own: ReadonlySet<number>,
): Promise<void> {
  const former = new Set<number>();
  for (const { stored, record } of written) {
    const author = stored?.author ?? null;
    const isProfile = record.datatype === 'social.profile' || record.datatype === 'social.person';
    const tellsLess = author !== authorOf(record) || isProfile || record.author?.embedded === false;
    if (author !== null && tellsLess) former.add(author);
  }
  if (former.size === 0) return;
  const seq = written.at(-1)?.seq ?? 0;
  await renewRelations(db, await leaveAuthors(db, former, seq), own, seq);
}

/** One statement for all: the index writes its buffer out at the begin of each. */
async function indexTexts(db: Kysely<Database>, written: readonly Placed[]): Promise<void> {
  await sql`
    insert into record_search (rowid, text)
    select id, text from record_search_content where id in ${among(written.map(({ id }) => id))}
  `.execute(db);
}

/** New records, and those whose words in the index are others now: to change them there costs more than all else. */
async function rewordedOf(db: Kysely<Database>, written: readonly Placed[]): Promise<Placed[]> {
  const changed = written.filter(({ stored }) => stored !== null).map(({ id }) => id);
  if (changed.length === 0) return [...written];
  const rows = await db
    .selectFrom('record_text')
    .select(['id', 'facets', 'search', 'text'])
    .where('id', 'in', among(changed))
    .execute();
  const before = new Map(rows.map((row) => [row.id, row]));
  return written.filter((item) => {
    const { facets, search, text } = before.get(item.id) ?? {};
    return facets !== facetsOf(item) || search !== item.record.search || text !== item.record.text;
  });
}

function facetsOf({ record, source }: Placed): string {
  const words = [datatypeFacet(record.datatype), sourceFacet(source)];
  if (record.author !== null) words.push(authorFacet(record.author.key));
  for (const account of record.post?.mentions ?? []) words.push(mentionFacet(account));
  return words.join(' ');
}

async function writePosts(db: Kysely<Database>, written: readonly Placed[], own: ReadonlySet<number>): Promise<void> {
  const posts = written.filter(({ record }) => record.post !== null);
  if (posts.length === 0) return;
  const threads = await placeInThreads(db, posts);
  const incoming = await incomingFor(db, posts);
  const rows = posts.map((item): SqlValue[] => {
    const { record, id, ref, seq, source, published } = item;
    const post = record.post;
    if (post === null) return [];
    const mentionsMe = post.mentions.some((account) => own.has(account));
    const isMine = item.mine === 1 || own.has(authorOf(record));
    const came = incoming.get(ref);
    return [
      id, ref, authorOf(record), threads.get(ref) ?? ref, post.replyTo, post.boostOf, post.quoteOf,
      post.targetAuthor, source, published, post.replies, post.boosts, post.likes, post.downs, post.mediaCount,
      flag(post.hasLink), post.chars, post.language, flag(post.sensitive), Visibility.options.indexOf(post.visibility),
      flag(isMine), flag(mentionsMe), came?.seen ?? 0, came?.acts ?? 0, seq,
    ]; // prettier-ignore
  });
  await insertRows(db, 'insert into post_column', POST_COLUMNS, rows, replacing('id', POST_COLUMNS));
}

async function count(db: Kysely<Database>, placed: readonly Placed[]): Promise<void> {
  const datatypes = new Map<RecordTable['datatype'], number>();
  const sources = new Map<number, number>();
  for (const { record, source, stored } of placed) {
    if (stored !== null) continue;
    tally(datatypes, record.datatype);
    tally(sources, source);
  }
  await countDatatypes(db, datatypes);
  await countSources(db, sources);
}
