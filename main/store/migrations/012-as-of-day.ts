import { sql, type Kysely } from 'kysely';
import { z } from 'zod';
import { Visibility } from '../../../protocol/record.ts';
import { AnyDatatype } from '../../../protocol/datatypes.ts';
import { rederive } from '../../derive/index.ts';

/**
 * What comes anew under the owner's changes is derived as it is written: no record waits for that any more. And what
 * changes within a day is kept as it was, for the counts of that day.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await deriveWaiting(db);
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `drop index record_stale`,
  `alter table record drop column stale`,
  // What a day's counts are of is kept beside it now.
  `alter table record drop column born`,
  // How records were from change `seq` on, before change \`until\`: what aggregates may ask of them and nothing else.
  `create table record_past (
    num integer primary key not null,
    datatype text not null,
    own_time integer not null,
    mine integer not null check (mine in (0, 1)),
    open integer not null check (open in (0, 1)),
    fields text not null check (json_valid(fields)),
    seq integer not null,
    until integer not null
  ) strict`,
  `create index record_past_datatype on record_past (datatype, until)`,
  `create index record_past_until on record_past (until)`,
  // Of what changed today before, nothing was kept: the day begins anew.
  `delete from aggregate_day`,
];

/** Begins the words of the text index that stand for author (`a`) and mentions (`m`). */
const MARK = '\uE000';

const Waiting = z.object({
  id: z.int(),
  datatype: AnyDatatype,
  uri: z.string().nullable(),
  source: z.string(),
  published: z.int(),
  publishedText: z.string().nullable(),
  estimated: z.int(),
  mine: z.int(),
  body: z.string(),
  overlay: z.string().nullable(),
  facets: z.string(),
});

/** Those whose body came anew under the owner's changes just before: what they are found by tells of the body before. */
async function deriveWaiting(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql`
    select r.id, r.datatype, r.uri, s.uri as source, r.published, r.published_text as publishedText, r.estimated, r.mine,
      b.body, b.overlay, t.facets
    from record r join source s on s.id = r.source join record_body b on b.id = r.id join record_text t on t.id = r.id
    where r.stale = 1`.execute(db);
  for (const row of rows) {
    const { id, facets, estimated, mine, ...facts } = Waiting.parse(row);
    const { author, object, kind, summary, kinds, text, search, post } = rederive({
      ...facts,
      estimated: estimated === 1,
      mine: mine === 1,
    });
    await sql`update record set author = ${author?.key ?? null}, object = ${object?.ref ?? null},
      object_author = ${object?.author || null}, object_host = ${object?.host ?? null}, kind = ${kind}, summary = ${summary}
      where id = ${id}`.execute(db);
    await sql`delete from record_search where rowid = ${id}`.execute(db);
    const named = author === null ? [] : [`${MARK}a${author.key.toString(36)}`];
    for (const account of post?.mentions ?? []) named.push(`${MARK}m${account.toString(36)}`);
    const words = facets.split(' ').filter((word) => !word.startsWith(`${MARK}a`) && !word.startsWith(`${MARK}m`));
    await sql`update record_text set kinds = ${kinds}, text = ${text}, search = ${search}, facets = ${[...words, ...named].join(' ')}
      where id = ${id}`.execute(db);
    await sql`insert into record_search (rowid, text) select id, text from record_search_content where id = ${id}`.execute(
      db,
    );
    if (post === null) continue;
    await sql`update post_column set author = ${author?.key ?? 0}, reply_to = ${post.replyTo}, boost_of = ${post.boostOf},
      quote_of = ${post.quoteOf}, target_author = ${post.targetAuthor}, replies = ${post.replies}, boosts = ${post.boosts},
      likes = ${post.likes}, downs = ${post.downs}, media_count = ${post.mediaCount}, has_link = ${post.hasLink ? 1 : 0},
      chars = ${post.chars}, language = ${post.language}, sensitive = ${post.sensitive ? 1 : 0},
      visibility = ${Visibility.options.indexOf(post.visibility)} where id = ${id}`.execute(db);
  }
}
