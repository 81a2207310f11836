import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  // Ids by key, in three levels: see record-keys.ts. What is there already lies at the last.
  `create table record_key (
    level integer not null check (level in (0, 1, 2)),
    ref integer not null,
    id integer not null,
    primary key (level, ref, id)
  ) strict, without rowid`,
  `insert into record_key (level, ref, id) select 2, ref, id from record order by ref, id`,
  `drop index record_identity`,

  // Texts apart from bodies: the feed reads those of many thousand posts, and bodies are several times as long.
  `create table record_text (
    id integer primary key not null references record (id) on delete cascade,
    kinds text not null,
    text text not null,
    search text,
    facets text not null
  ) strict`,
  `insert into record_text (id, kinds, text, search, facets) select id, kinds, text, search, facets from record_content order by id`,
  `create table record_body (
    id integer primary key not null references record (id) on delete cascade,
    overlay text check (overlay is null or json_valid(overlay)),
    body text not null check (json_valid(body))
  ) strict`,
  `insert into record_body (id, overlay, body) select id, overlay, body from record_content order by id`,
  `drop table record_content`,
  // What the index reads is a view over this name, and can't be made anew beside the index. Where nothing of the body is
  // asked for, it isn't looked up.
  `create view record_content as
    select t.id, t.facets, t.kinds, t.search, t.text, b.overlay, b.body
    from record_text as t left join record_body as b on b.id = t.id`,
  // A page of the index fits into one page of the file beside what encryption keeps there.
  `insert into record_search (record_search, rank) values ('pgsz', 3960)`,
];
