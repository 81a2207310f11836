import type { z } from 'zod';
import { bucketStart } from '../../../../protocol/contract/buckets.ts';
import { BUCKETS, type Bucket } from '../../../../protocol/contract/clause.ts';
import type { AggregatePlan, PlanCondition } from '../../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import type { AggregateQuery } from '../../../../protocol/service/records.ts';
import { permitted, type Compiled } from './compile.ts';
import { askedConditions, keyField } from './conditions.ts';
import type { Held } from './held.ts';
import { isRefusal, notGranted, refusal, type Refusal } from './refusal.ts';
import { scopeOf } from './scope.ts';

/** Where neither clause nor request says how coarse. */
const USUAL_BUCKET: Bucket = 'P1D';

/** Whole buckets, so that two requests never differ by a single record. */
export interface AggregateOf extends Compiled<z.infer<typeof AggregatePlan>> {
  /** Rows and values have to stay the same for the day: the caller fills in `atSeq`. */
  readonly fixedForTheDay: boolean;
}

export function compileAggregate(
  held: Held,
  datatype: AnyDatatype,
  query: AggregateQuery,
  now: number,
): AggregateOf | Refusal {
  const { clause } = held;
  const granted = permitted(held, 'query', datatype, true);
  if (isRefusal(granted)) return granted;
  const finest = clause.granularity.bucket;
  if (finest === undefined && !granted.has('published')) {
    return notGranted('field_not_granted', clause.clause_id, 'published');
  }
  const bucket = query.bucket ?? finest ?? USUAL_BUCKET;
  if (finest !== undefined && BUCKETS.indexOf(bucket) < BUCKETS.indexOf(finest)) {
    return refusal('bucket_boundary', `${clause.clause_id}: no finer than ${finest}`);
  }
  const by = query.by === undefined ? null : keyField(held, granted, query.by);
  if (by !== null && isRefusal(by)) return by;
  if (query.by === 'published') return refusal('filter_invalid', 'published is what buckets are of');
  const conditions = askedConditions(held, granted, datatype, query.filter);
  if (isRefusal(conditions)) return conditions;
  const coarse = clause.privileges[0] === 'aggregate';
  if (coarse && !conditions.every((condition) => isOnBoundary(condition, bucket))) {
    return refusal('bucket_boundary', `published in steps of ${bucket}`);
  }
  const scope = scopeOf(held, datatype, now, coarse ? { conditions, bucket } : { conditions });
  if (isRefusal(scope)) return scope;
  const plan = {
    kind: 'aggregate' as const,
    scope,
    bucket,
    by: query.by ?? null,
    minGroup: clause.granularity.min_group ?? 1,
    limit: query.limit,
    atSeq: null,
  };
  return { plan, fields: query.by === undefined ? [] : [query.by], fixedForTheDay: coarse };
}

/** `gte` begins a bucket, `lte` is the last millisecond of one; other fields cut no bucket by time. */
function isOnBoundary({ field, op, value }: PlanCondition, bucket: Bucket): boolean {
  if (field !== 'published') return true;
  if (typeof value !== 'number') return false;
  if (op === 'gte') return bucketStart(bucket, value) === value;
  return op === 'lte' && bucketStart(bucket, value + 1) === value + 1;
}
