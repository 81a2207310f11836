import { sql, type Kysely } from 'kysely';

/** Labels and lists of others that the owner subscribed to, and what the owner wants of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `create table label_source (
    num integer primary key not null,
    id text not null unique,
    kind text not null check (kind in ('labels', 'list')),
    name text not null,
    publisher text not null,
    address text unique,
    allow_loopback integer not null check (allow_loopback in (0, 1)),
    key text,
    interval_minutes integer not null check (interval_minutes between 5 and 10080),
    enabled integer not null check (enabled in (0, 1)),
    created integer not null,
    next_due integer not null,
    round integer not null,
    failures integer not null default 0,
    cursor text,
    etag text,
    last_modified text,
    last_polled integer,
    last_changed integer,
    last_problem text
  ) strict`,
  `create index label_source_due on label_source (next_due) where enabled = 1 and address is not null`,
  `create table label_kind (
    num integer primary key not null,
    source integer not null references label_source (num) on delete cascade,
    value text not null,
    about text not null check (about in ('post', 'account', 'host')),
    severity integer check (severity between -1 and 3),
    advised integer not null check (advised between 0 and 3),
    unique (source, value, about)
  ) strict`,
  // One statement each; a later one about the same subject and version takes its place. Subject: key of the URI; 0 for a host.
  `create table label (
    kind integer not null references label_kind (num) on delete cascade,
    uri text not null,
    cid text not null,
    subject integer not null,
    negated integer not null check (negated in (0, 1)),
    made integer not null,
    expires integer,
    round integer not null,
    primary key (kind, uri, cid)
  ) strict, without rowid`,
  `create table label_exception (
    id text primary key not null,
    source integer not null references label_source (num) on delete cascade,
    value text not null,
    author integer not null,
    uri text not null,
    name text not null,
    created integer not null,
    unique (source, value, author)
  ) strict`,
];
