import { z } from 'zod';
import { RecordKey } from '../../../protocol/contract/plan.ts';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { AnyDatatype } from '../../../protocol/datatypes.ts';
import { readOperation, writeOperation } from '../operation.ts';
import type { ChangeStreamTable } from './gate-tables.ts';
import { headSeq } from './head-seq.ts';

const Named = z.strictObject({ grant: GrantId, clause: z.string().min(1).max(64) });

/** Where the listing or checking of a stream goes on: a record's key, and its value in the order of the list. */
export const StreamPlace = z.strictObject({ value: z.union([z.string(), z.number(), z.null()]), key: RecordKey });
export type StreamPlace = z.infer<typeof StreamPlace>;

/** How far a stream is; see `ChangeStreamTable`. */
export const StreamState = z.strictObject({
  phase: z.enum(['sweep', 'list', 'follow']),
  place: StreamPlace.nullable(),
  seq: z.int(),
});
export type StreamState = z.infer<typeof StreamState>;

export interface ChangeStream extends StreamState {
  readonly num: number;
  readonly datatype: AnyDatatype;
  readonly terms: string;
}

export const changeStreamReads = {
  /** The streams of a clause, one for each datatype that was ever asked for. */
  'gate.streams': readOperation(Named, async ({ db }, { grant, clause }): Promise<ChangeStream[]> => {
    const rows = await db
      .selectFrom('change_stream')
      .selectAll()
      .where('grant_id', '=', grant)
      .where('clause_id', '=', clause)
      .orderBy('datatype')
      .execute();
    return rows.map(streamOf);
  }),
};

export const changeStreamWrites = {
  /**
   * Begins a stream, or begins again where the terms are others: what was given is checked, then everything is listed.
   */
  'gate.openStream': writeOperation(
    Named.extend({ datatype: AnyDatatype, terms: z.string().max(64) }),
    async ({ db }, { grant, clause, datatype, terms }): Promise<ChangeStream> => {
      const begun = { terms, phase: 'sweep' as const, place: null, seq: await headSeq(db) };
      const row = await db
        .insertInto('change_stream')
        .values({ grant_id: grant, clause_id: clause, datatype, ...begun })
        .onConflict((conflict) => conflict.columns(['grant_id', 'clause_id', 'datatype']).doUpdateSet(begun))
        .returningAll()
        .executeTakeFirstOrThrow();
      return streamOf(row);
    },
  ),
};

function streamOf(row: Omit<ChangeStreamTable, 'num'> & { num: number }): ChangeStream {
  const { num, terms, phase, seq } = row;
  const place = row.place === null ? null : StreamPlace.parse(JSON.parse(row.place));
  return { num, datatype: AnyDatatype.parse(row.datatype), terms, phase, place, seq };
}
