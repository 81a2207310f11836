import type { Kysely } from 'kysely';
import type { Database } from '../database.ts';

/** Ends every code and token of a contract; part of the transaction that ends the contract. */
export async function revokeContract(db: Kysely<Database>, contract: string): Promise<void> {
  await db.deleteFrom('oauth_state').where('contract', '=', contract).execute();
}
