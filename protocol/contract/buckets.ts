import type { Bucket } from './clause.ts';

/** Length of each bucket in milliseconds. */
export const BUCKET_MS = {
  PT1H: 3_600_000,
  P1D: 86_400_000,
  P7D: 604_800_000,
  P28D: 2_419_200_000,
} as const satisfies Record<Bucket, number>;

/** Monday, 5 January 1970, UTC: a week begins on a Monday, and a bucket of four weeks with one of its weeks. */
export const FIRST_BUCKET_MS = 345_600_000;

/** Start of the bucket that a time falls into, UTC milliseconds; equal to `ms` where that is a boundary. */
export function bucketStart(bucket: Bucket, ms: number): number {
  const length = BUCKET_MS[bucket];
  return FIRST_BUCKET_MS + Math.floor((ms - FIRST_BUCKET_MS) / length) * length;
}
