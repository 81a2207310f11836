import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table installed_algorithm (
      id text primary key not null,
      version text not null,
      hash text not null check (length(hash) = 64),
      tier text not null check (tier in ('fast', 'hardened')),
      package text not null,
      installed integer not null,
      suspended_until integer
    ) strict
  `.execute(db);
}
