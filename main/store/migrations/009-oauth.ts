import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table oauth_state (
      key blob primary key not null check (length(key) = 32),
      kind text not null,
      family text,
      contract text,
      payload text not null check (json_valid(payload)),
      consumed integer,
      expires integer not null,
      check (contract is null or length(contract) = 22)
    ) strict, without rowid
  `.execute(db);
  await sql`create index oauth_state_family on oauth_state (family) where family is not null`.execute(db);
  await sql`create index oauth_state_contract on oauth_state (contract) where contract is not null`.execute(db);
  await sql`create index oauth_state_expires on oauth_state (expires)`.execute(db);
}
