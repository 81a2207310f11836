import { sql, type Kysely } from 'kysely';

/** Repositories of algorithms, what of their signed metadata was verified, and where an installed package came from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table repository (
      id text primary key not null,
      name text not null,
      kind text not null check (kind in ('address', 'folder')),
      place text not null unique,
      fingerprint text not null check (length(fingerprint) = 64),
      added integer not null,
      refreshed integer,
      problem text,
      newest integer not null
    ) strict
  `.execute(db);
  await sql`
    create table repository_metadata (
      repository text not null references repository (id) on delete cascade,
      role text not null,
      bytes blob not null,
      primary key (repository, role)
    ) strict
  `.execute(db);
  await sql`
    create table algorithm_origin (
      algorithm text primary key not null references installed_algorithm (id) on delete cascade,
      repository text not null
    ) strict
  `.execute(db);
  await sql`
    create table revocation (
      repository text not null references repository (id) on delete cascade,
      hash text not null check (length(hash) = 64),
      reason text not null,
      noted integer not null,
      primary key (repository, hash)
    ) strict
  `.execute(db);
  await sql`
    create table revocation_override (
      hash text primary key not null check (length(hash) = 64),
      made integer not null
    ) strict
  `.execute(db);
}
