import { sql } from 'kysely';
import { z } from 'zod';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import { readOperation, writeOperation } from '../operation.ts';
import { takeSeq } from './counters.ts';
import { settleMedians } from './engagement.ts';
import { authorFacet, datatypeFacet, facetQuery } from './facets.ts';
import { PreparedAuthor } from '../../derive/index.ts';
import { retellAuthor } from './retell-author.ts';
import { among, sourceUri } from './sql-rows.ts';

const RETELL_AT_ONCE = 20;
/** Newest records of an account that are asked again what they tell of it. */
const RECORDS_ASKED = 30;

/** An account whose facts are to be gathered again, with records that may tell them, newest first. */
export interface AuthorToRetell {
  key: number;
  records: {
    datatype: AnyDatatype;
    uri: string | null;
    published: number;
    source: string;
    mine: boolean;
    body: string;
  }[];
}

export const settleReads = {
  /** Whether medians or accounts are behind; and the latest change. */
  'records.unsettled': readOperation(z.strictObject({}), async ({ db }): Promise<{ behind: boolean; seq: number }> => {
    const found = sql<{ behind: number; seq: number }>`(
      select exists (select 1 from author_stale) or exists (select 1 from author where retell = 1)
        as behind,
        (select value from counter where name = 'seq') as seq
    )`;
    const row = await db.selectFrom(found.as('found')).selectAll().executeTakeFirstOrThrow();
    return { behind: row.behind === 1, seq: row.seq };
  }),
  'records.authorsToRetell': readOperation(z.strictObject({}), async ({ db }): Promise<AuthorToRetell[]> => {
    const authors = await db
      .selectFrom('author')
      .select('key')
      .where(sql<boolean>`retell = 1`)
      .limit(RETELL_AT_ONCE)
      .execute();
    const found: AuthorToRetell[] = [];
    for (const { key } of authors) {
      const ids = new Set<number>();
      for (const query of asking(authorFacet(key))) {
        const newest = await db
          .selectFrom('record_search')
          .select('rowid')
          .where('record_search', sql`match`, query)
          .orderBy('rowid', 'desc')
          .limit(RECORDS_ASKED)
          .execute();
        for (const { rowid } of newest) ids.add(rowid);
      }
      const rows = await db
        .selectFrom('record')
        .innerJoin('record_body', 'record_body.id', 'record.id')
        .select(['datatype', 'record.uri', 'published', sourceUri(), 'mine', 'body'])
        .where('record.id', 'in', among(ids))
        .orderBy('record.id', 'desc')
        .execute();
      found.push({ key, records: rows.map((row) => ({ ...row, mine: row.mine === 1 })) });
    }
    return found;
  }),
};

export const settleWrites = {
  /** Works out up to `limit` medians that are behind, for about so many milliseconds; `left`: there may be more. */
  'records.settleMedians': writeOperation(
    z.strictObject({ limit: z.int().min(1).max(1000), forMs: z.int().min(1).max(1000) }),
    async ({ db, now }, { limit, forMs }): Promise<{ left: boolean }> => {
      const end = now() + forMs;
      return { left: await settleMedians(db, limit, () => now() >= end) };
    },
  ),
  /** Puts what remaining records tell of accounts in place of what removed ones told; the first of `told` is the newest. */
  'records.retellAuthors': writeOperation(
    z.strictObject({
      authors: z
        .array(
          z.strictObject({
            key: z.int(),
            told: z.array(z.strictObject({ at: z.int(), isProfile: z.boolean(), author: PreparedAuthor })),
            own: z.boolean(),
          }),
        )
        .max(1000),
    }),
    async ({ db }, { authors }) => {
      const seq = await takeSeq(db, 1);
      for (const author of authors) await retellAuthor(db, author, seq);
    },
  ),
};

/** Profiles, which may be old, and whatever is newest. */
function asking(author: string): string[] {
  const profiles = facetQuery([datatypeFacet('social.profile'), datatypeFacet('social.person')], 'OR');
  return [`"${author}" AND (${profiles})`, facetQuery([author], 'AND')];
}
