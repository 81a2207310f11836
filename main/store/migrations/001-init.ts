import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table setting (
      key text primary key not null,
      value text not null check (json_valid(value)),
      changed integer not null
    ) strict, without rowid
  `.execute(db);
}
