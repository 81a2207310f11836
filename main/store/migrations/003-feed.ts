import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // A snapshot is read by its id alone; what has to be looked into is in columns, the rest is one document.
  await sql`
    create table feed_snapshot (
      feed_id text primary key not null,
      created integer not null,
      preview integer not null check (preview in (0, 1)),
      input_digest text not null,
      output_digest text not null,
      document text not null check (json_valid(document)),
      shown blob not null,
      hidden blob not null,
      prints blob not null,
      marks blob not null,
      position integer,
      position_set integer
    ) strict
  `.execute(db);
  await sql`create index feed_snapshot_created on feed_snapshot (created)`.execute(db);
  // What a cause says may name people: it goes with the record.
  await sql`
    create table feed_hide (
      record integer primary key not null references record (id) on delete cascade,
      causes text not null check (json_valid(causes)),
      first_hidden integer not null,
      last_hidden integer not null
    ) strict
  `.execute(db);
  await sql`create index feed_hide_last on feed_hide (last_hidden)`.execute(db);
  await sql`
    create table feed_exception (
      id text primary key not null,
      algorithm text not null,
      target text not null check (target in ('author', 'thread', 'post')),
      uri text not null,
      key integer,
      name text not null,
      created integer not null,
      unique (algorithm, target, uri)
    ) strict, without rowid
  `.execute(db);
}
