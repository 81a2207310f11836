import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table service (
    id text primary key not null,
    client_id text not null unique,
    kind text not null check (kind in ('remote', 'page', 'local')),
    host text,
    name text not null,
    metadata text not null,
    added_by text not null check (added_by in ('owner', 'request')),
    blocked integer not null default 0 check (blocked in (0, 1)),
    added integer not null,
    checked integer not null,
    check ((kind = 'local') = (host is null))
  ) strict`,
  `create table offer (
    digest text primary key not null check (length(digest) = 43),
    service text not null references service (id),
    offer_id text not null,
    version integer not null check (version >= 1),
    document text not null,
    jwks text not null,
    seen integer not null,
    grace_until integer,
    unique (service, offer_id, version)
  ) strict`,
  `create table contract_grant (
    ref integer primary key,
    id text not null unique check (length(id) = 22),
    service text not null references service (id),
    state text not null check (state in ('active', 'paused', 'withdrawn', 'expired')),
    paused_by text check (paused_by in ('owner', 'all', 'restore')),
    offer text not null references offer (digest),
    declined text,
    revision integer not null check (revision >= 1),
    asked text not null,
    limits text not null,
    made integer not null,
    agreed integer not null,
    ended integer,
    receipts integer not null default 0,
    receipt_hash text,
    log_count integer not null default 0,
    log_hash text,
    log_at integer not null default 0,
    check ((state = 'paused') = (paused_by is not null)),
    check ((state in ('withdrawn', 'expired')) = (ended is not null))
  ) strict`,
  `create index contract_grant_service on contract_grant (service)`,
  `create table grant_revision (
    grant_ref integer not null references contract_grant (ref),
    revision integer not null,
    at integer not null,
    event text not null,
    offer text not null,
    clauses text not null,
    primary key (grant_ref, revision)
  ) strict, without rowid`,
  `create table receipt (
    grant_ref integer not null references contract_grant (ref),
    number integer not null check (number >= 1),
    event text not null,
    at integer not null,
    document text not null,
    jws text not null,
    hash text not null check (length(hash) = 43),
    primary key (grant_ref, number)
  ) strict, without rowid`,
  `create index receipt_at on receipt (at)`,
  `create table log_shape (
    id integer primary key,
    shape text not null unique
  ) strict`,
  `create table access_log (
    grant_ref integer not null references contract_grant (ref),
    number integer not null check (number >= 1),
    at integer not null,
    shape integer not null references log_shape (id),
    rows integer not null check (rows >= 0),
    bytes integer not null check (bytes >= 0),
    outcome integer not null check (outcome between 0 and 3),
    reason text,
    revision integer not null,
    hash blob not null check (length(hash) = 32),
    primary key (grant_ref, number)
  ) strict, without rowid`,
  `create index access_log_at on access_log (at)`,
  `create table access_day (
    grant_ref integer not null references contract_grant (ref),
    day integer not null,
    first integer not null,
    last integer not null,
    requests integer not null,
    refused integer not null,
    rows integer not null,
    bytes integer not null,
    hash text not null check (length(hash) = 43),
    receipt integer,
    pruned integer not null default 0 check (pruned in (0, 1)),
    primary key (grant_ref, day),
    check (pruned = 0 or receipt is not null)
  ) strict, without rowid`,
  `create index access_day_open on access_day (day) where receipt is null`,
  `create index access_day_kept on access_day (day) where pruned = 0`,
  `create table access_use (
    grant_ref integer not null references contract_grant (ref),
    day integer not null,
    shape integer not null references log_shape (id),
    requests integer not null,
    rows integer not null,
    oldest integer,
    primary key (grant_ref, day, shape)
  ) strict, without rowid`,
  `create table erasure (
    grant_ref integer primary key not null references contract_grant (ref),
    demanded integer not null,
    deadline integer,
    unreachable integer not null default 0 check (unreachable in (0, 1)),
    answered integer,
    answer text
  ) strict`,
  `create table outbox (
    id integer primary key autoincrement,
    grant_ref integer not null references contract_grant (ref),
    kind text not null,
    body text not null,
    made integer not null,
    due integer not null,
    attempts integer not null default 0,
    done integer,
    problem text
  ) strict`,
  `create index outbox_due on outbox (due) where done is null`,
  `create table service_warning (
    id integer primary key,
    service text not null references service (id),
    code text not null,
    at integer not null
  ) strict`,
  `create index service_warning_service on service_warning (service, at)`,
  `create table refused_token (
    minute integer not null,
    service text not null,
    count integer not null,
    primary key (minute, service)
  ) strict, without rowid`,
  `create table owner_login (
    id integer primary key,
    at integer not null,
    way text not null
  ) strict`,
  `create index owner_login_at on owner_login (at)`,
];
