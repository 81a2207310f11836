import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // What the owner saw, liked or wanted less of, author by author, without a look at the posts themselves.
  await sql`
    create index post_column_told on post_column (author, published, acts, seen_count) where acts <> 0 or seen_count > 0
  `.execute(db);
  // What an algorithm has learnt: numbers that only it can read.
  await sql`
    create table feed_state (
      mix text not null,
      entry text not null,
      algorithm text not null,
      state blob not null check (length(state) <= 65536 and length(state) % 8 = 0),
      learnt integer not null,
      primary key (mix, entry)
    ) strict
  `.execute(db);
  // Which of two posts the owner would rather have seen, with what the feed knew about both when it was asked.
  await sql`
    create table feed_comparison (
      id integer primary key autoincrement not null,
      better integer not null references record (id) on delete cascade,
      worse integer not null references record (id) on delete cascade,
      at integer not null,
      facts text not null check (json_valid(facts)),
      check (better <> worse)
    ) strict
  `.execute(db);
  await sql`create index feed_comparison_better on feed_comparison (better)`.execute(db);
  await sql`create index feed_comparison_worse on feed_comparison (worse)`.execute(db);
}
