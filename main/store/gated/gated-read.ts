import { z } from 'zod';
import type { ChangedPlan, Plan } from '../../../protocol/contract/plan.ts';
import type { SqlText } from '../operation.ts';
import { statementOf } from './statements.ts';

/** ref, identity, seq, place in the order, fields. */
export type RawRow = readonly [number, number, number, string | number | null, string];
/** Rows cross in a form of their own (`rows-frame.ts`). */
export interface RowsAnswer {
  readonly kind: 'rows';
  readonly rows: readonly RawRow[];
  readonly more: boolean;
}
/** bucket, by, count. */
const Group = z.tuple([z.int(), z.string().nullable(), z.int()]);

/** Any other answer. */
export const PlainAnswer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('count'), count: z.int() }),
  z.strictObject({
    kind: z.literal('groups'),
    groups: z.array(Group),
    more: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal('changes'),
    /** seq, ref, identity, fields. */
    changes: z.array(z.tuple([z.int(), z.int(), z.int(), z.string().nullable()])),
    more: z.boolean(),
    upTo: z.int(),
    complete: z.boolean(),
  }),
]);
/** A plan's answer before its values are read: fields stay the JSON text that the statement made. */
export type RawAnswer = RowsAnswer | z.infer<typeof PlainAnswer>;

const Standing = z.tuple([
  z.int(),
  z.int(),
  z.int().nullable(),
  z.int().nullable(),
  z.int().nullable(),
  z.string().nullable(),
]);

/** Longest answer, in UTF-16 code units of fields; a page is cut short there, with `more`. */
export const ANSWER_MAX = 8 * 1024 * 1024;

type Run = (query: SqlText) => Iterable<readonly unknown[]>;

/** Turns a plan into its one statement and runs it. This, and nothing else, reads records for services. */
export function gatedRead(run: Run, plan: Plan): RawAnswer {
  const result = run(statementOf(plan));
  switch (plan.kind) {
    case 'count':
      for (const [count] of result) return { kind: 'count', count: z.int().parse(count) };
      return { kind: 'count', count: 0 };
    case 'aggregate': {
      const groups = Array.from(result, (row) => Group.parse(row));
      return { kind: 'groups', groups: groups.slice(0, plan.limit), more: groups.length > plan.limit };
    }
    case 'changed':
      return changesOf(result, plan);
    default: {
      const { kept, more } = page(result, plan.kind === 'list' ? plan.limit : Infinity, (row) => {
        const item = rowOf(row);
        return { item, size: item[4].length };
      });
      return { kind: 'rows', rows: kept, more };
    }
  }
}

/** By hand: there are many, and they come from a statement of our own. */
function rowOf([ref, identity, seq, at, fields]: readonly unknown[]): RawRow {
  if (typeof ref !== 'number' || typeof identity !== 'number' || typeof seq !== 'number') throw new TypeError('row');
  if (typeof at !== 'string' && typeof at !== 'number' && at !== null) throw new TypeError('place');
  if (typeof fields !== 'string') throw new TypeError('fields');
  return [ref, identity, seq, at, fields];
}

function changesOf(
  result: Iterable<readonly unknown[]>,
  { limit, afterSeq }: Pick<ChangedPlan, 'limit' | 'afterSeq'>,
): RawAnswer {
  let upTo = 0;
  let floor = 0;
  const { kept, more } = page(result, limit, (row) => {
    const [now, removedFloor, seq, ref, identity, fields] = Standing.parse(row);
    upTo = now;
    floor = removedFloor;
    if (seq === null || ref === null || identity === null) return null;
    const item: [number, number, number, string | null] = [seq, ref, identity, fields];
    return { item, size: fields?.length ?? 0 };
  });
  return { kind: 'changes', changes: kept, more, upTo, complete: floor <= afterSeq };
}

/** As many rows as fit, at least one; `more` where any was left. */
function page<T>(
  rows: Iterable<readonly unknown[]>,
  limit: number,
  read: (row: readonly unknown[]) => { item: T; size: number } | null,
): { kept: T[]; more: boolean } {
  const kept: T[] = [];
  let total = 0;
  for (const row of rows) {
    const next = read(row);
    if (next === null) continue;
    total += next.size;
    if (kept.length >= limit || (kept.length > 0 && total > ANSWER_MAX)) return { kept, more: true };
    kept.push(next.item);
  }
  return { kept, more: false };
}
