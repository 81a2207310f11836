import { z } from 'zod';
import { JsonObject } from '../../../protocol/json.ts';
import { readOperation, writeOperation } from '../operation.ts';

const Time = z.int().min(0);
const Id = z.int().min(1);

/** A notice that waits to be sent. */
export interface WaitingNotice {
  readonly id: number;
  readonly grant: string;
  readonly service: string;
  readonly clientId: string;
  /** The webhook of the offer in force; null: it has none any more. */
  readonly webhook: string | null;
  readonly kind: string;
  readonly body: JsonObject;
  readonly made: number;
  readonly attempts: number;
}

export const outboxReads = {
  /** What is to be sent now, oldest first, and when the next one after it is due. */
  'outbox.due': readOperation(
    z.strictObject({ now: Time, limit: z.int().min(1).max(100) }),
    async ({ db }, { now, limit }): Promise<{ due: WaitingNotice[]; next: number | null }> => {
      const rows = await db
        .selectFrom('outbox as b')
        .innerJoin('contract_grant as g', 'g.ref', 'b.grant_ref')
        .innerJoin('service as s', 's.id', 'g.service')
        .select(['b.id', 'b.kind', 'b.body', 'b.made', 'b.due', 'b.attempts'])
        .innerJoin('offer as o', 'o.digest', 'g.offer')
        .select(['g.id as grant', 'g.service', 's.client_id as clientId'])
        .select((row) => row.fn<string | null>('json_extract', ['o.document', row.val('$.webhook')]).as('webhook'))
        .where('b.done', 'is', null)
        .orderBy('b.due')
        .orderBy('b.id')
        .limit(limit + 1)
        .execute();
      const due = rows.filter((row) => row.due <= now).slice(0, limit);
      return {
        due: due.map(({ due: _, body, ...row }) => ({ ...row, body: JsonObject.parse(JSON.parse(body)) })),
        next: rows[due.length]?.due ?? null,
      };
    },
  ),
};

export const outboxWrites = {
  /** It arrived, or will never be sent again (`problem` says why). */
  'outbox.done': writeOperation(
    z.strictObject({ id: Id, at: Time, problem: z.string().max(60).nullable() }),
    async ({ db }, { id, at, problem }) => {
      await db
        .updateTable('outbox')
        .set((row) => ({ done: at, problem, attempts: row('attempts', '+', 1) }))
        .where('id', '=', id)
        .execute();
    },
  ),
  /** It did not arrive and is tried again. */
  'outbox.again': writeOperation(
    z.strictObject({ id: Id, due: Time, problem: z.string().max(60) }),
    async ({ db }, { id, due, problem }) => {
      await db
        .updateTable('outbox')
        .set((row) => ({ due, problem, attempts: row('attempts', '+', 1) }))
        .where('id', '=', id)
        .execute();
    },
  ),
};
