import { BUCKET_MS, bucketStart } from '../../../../protocol/contract/buckets.ts';
import type { Bucket } from '../../../../protocol/contract/clause.ts';
import type { PlanCondition, RowScope } from '../../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import { durationMs, instantMs } from '../../lattice/times.ts';
import { clauseConditions } from './conditions.ts';
import type { Held } from './held.ts';
import { isRefusal, type Refusal } from './refusal.ts';

export interface ScopeExtra {
  readonly conditions?: readonly PlanCondition[];
  /**
   * Bounds are moved inwards to its boundaries, so that no part of a bucket is told, and not past those that were over when
   * the day (UTC) began: a bucket that is filling would tell by its growth what falls into a part of it.
   */
  readonly bucket?: Bucket;
  readonly appendedBy?: string;
}

/** Which rows the clause lets be seen, and of those the ones asked for; depends on the time only by the clause's window. */
export function scopeOf(
  held: Held,
  datatype: AnyDatatype,
  now: number,
  { conditions = [], bucket, appendedBy }: ScopeExtra = {},
): RowScope | Refusal {
  const own = clauseConditions(held, datatype);
  if (isRefusal(own)) return own;
  const { since, until, rolling } = held.clause.window;
  const starts = [
    ...(since === undefined ? [] : [instantMs(since)]),
    ...(rolling === undefined ? [] : [now - durationMs(rolling)]),
  ];
  const start = starts.length === 0 ? null : Math.max(...starts);
  const ends = [
    ...(until === undefined ? [] : [instantMs(until)]),
    ...(bucket === undefined ? [] : [bucketStart('P1D', now)]),
  ];
  const end = ends.length === 0 ? null : Math.min(...ends);
  return {
    datatype,
    conditions: [...own, ...conditions],
    since: start === null || bucket === undefined ? start : boundaryFrom(bucket, start),
    until: end === null || bucket === undefined ? end : bucketStart(bucket, end),
    othersPrivate: held.clause.others_private,
    appendedBy: appendedBy ?? null,
  };
}

function boundaryFrom(bucket: Bucket, ms: number): number {
  const start = bucketStart(bucket, ms);
  return start === ms ? ms : start + BUCKET_MS[bucket];
}
