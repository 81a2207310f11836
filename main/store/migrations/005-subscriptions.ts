import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table subscription (
      id text primary key not null,
      url text not null unique,
      title text not null,
      interval_minutes integer not null check (interval_minutes between 5 and 10080),
      enabled integer not null check (enabled in (0, 1)),
      allow_loopback integer not null check (allow_loopback in (0, 1)),
      run text,
      created integer not null,
      next_due integer not null,
      failures integer not null default 0,
      etag text,
      last_modified text,
      last_polled integer,
      last_changed integer,
      last_problem text,
      items integer not null default 0
    ) strict
  `.execute(db);
  await sql`create index subscription_due on subscription (next_due) where enabled = 1`.execute(db);
  await sql`create index subscription_run on subscription (run) where run is not null`.execute(db);
}
