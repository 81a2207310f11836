import { sql, type Kysely } from 'kysely';

/**
 * Each batch of an import adds a segment to the text index. More of them are waited for before they are merged, so that a
 * word is written anew less often; a search looks into each. Past `crisismerge` a write would wait for a whole merge.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`insert into record_search (record_search, rank) values ('automerge', 48)`.execute(db);
  await sql`insert into record_search (record_search, rank) values ('crisismerge', 96)`.execute(db);
}
