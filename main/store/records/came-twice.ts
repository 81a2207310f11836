import type { PreparedRecord } from '../../derive/index.ts';

/** A record that comes twice at once is stored as if it came twice in a row. */
export function cameTwice(first: PreparedRecord, then: PreparedRecord): PreparedRecord {
  const { source, published, publishedText, estimated } = first;
  const time = keepsTime(then, published === null || estimated) ? { published, publishedText, estimated } : {};
  return { ...then, source, mine: first.mine || then.mine, ...time };
}

/** A time that is known isn't given up for none or for an estimate. */
export function keepsTime({ published, estimated }: PreparedRecord, isEstimated: boolean): boolean {
  return published === null || (estimated && !isEstimated);
}
