import { sql, type Kysely } from 'kysely';

/** What the gate keeps of each contract: see main/store/gate. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  `create table grant_key (
    grant_id text primary key not null,
    key blob not null check (length(key) = 32)
  ) strict, without rowid`,

  // The latest change when a contract's first aggregate of a UTC day was made.
  `create table aggregate_day (
    grant_id text not null,
    day integer not null,
    seq integer not null,
    primary key (grant_id, day)
  ) strict, without rowid`,
  `create table change_stream (
    num integer primary key not null,
    grant_id text not null,
    clause_id text not null,
    datatype text not null,
    terms text not null,
    phase text not null check (phase in ('sweep', 'list', 'follow')),
    place text check (place is null or json_valid(place)),
    seq integer not null,
    unique (grant_id, clause_id, datatype)
  ) strict`,
  // digest: of what the service was last given; null: it has nothing of it.
  `create table delivery (
    stream integer not null references change_stream (num) on delete cascade,
    ref integer not null,
    identity integer not null,
    digest text,
    queued integer not null check (queued in (0, 1)),
    n integer not null,
    own_time integer,
    primary key (stream, ref, identity)
  ) strict, without rowid`,
  `create unique index delivery_n on delivery (stream, n)`,
  `create index delivery_time on delivery (stream, own_time) where digest is not null`,

  `create table idempotency (
    grant_id text not null,
    key text not null,
    digest text not null,
    answer text not null check (json_valid(answer)),
    at integer not null,
    primary key (grant_id, key)
  ) strict, without rowid`,
  `create index idempotency_at on idempotency (at)`,
];
