import { PRIVILEGES } from '../../../protocol/contract/clause.ts';
import type { ClauseLimit, Limits } from '../../../protocol/contract/offer.ts';
import { durationMs, durationOf } from '../lattice/times.ts';

/** Limits that take away what either of two takes away, one a clause. */
export function meetLimits(a: Limits, b: Limits): Limits {
  const met = a.map((limit) => {
    const other = b.find(({ clause_id }) => clause_id === limit.clause_id);
    return other === undefined ? limit : meetLimit(limit, other);
  });
  return [...met, ...b.filter(({ clause_id }) => !a.some((limit) => limit.clause_id === clause_id))];
}

function meetLimit(a: ClauseLimit, b: ClauseLimit): ClauseLimit {
  const fields = both(a.fields, b.fields);
  const actions = both(a.actions, b.actions);
  const datatypes = both(a.datatypes, b.datatypes);
  // Sets without a common part leave nothing.
  const nothing = [fields, actions, datatypes].some((left) => left?.length === 0);
  if (a.off || b.off || nothing) return { clause_id: a.clause_id, off: true };
  const filter = [...(a.filter ?? []), ...(b.filter ?? [])];
  const until = earlier(a.until, b.until);
  const lower = [a.privileges?.[0], b.privileges?.[0]].filter((one) => one !== undefined);
  const privilege = PRIVILEGES.findLast((one) => lower.includes(one));
  return {
    clause_id: a.clause_id,
    off: false,
    ...(fields === undefined ? {} : { fields }),
    ...(actions === undefined ? {} : { actions }),
    ...(datatypes === undefined ? {} : { datatypes }),
    ...(filter.length === 0 ? {} : { filter }),
    ...(a.window === undefined && b.window === undefined ? {} : { window: meetWindow(a.window ?? {}, b.window ?? {}) }),
    ...(privilege === undefined ? {} : { privileges: [privilege] }),
    ...least('max_items', a, b),
    ...least('per_hour', a, b),
    ...least('rows_per_day', a, b),
    ...least('bytes_per_day', a, b),
    ...(until === undefined ? {} : { until }),
    ...(a.no_others_private === true || b.no_others_private === true ? { no_others_private: true } : {}),
  };
}

function both<T>(a: readonly T[] | undefined, b: readonly T[] | undefined): T[] | undefined {
  if (a === undefined || b === undefined) {
    const one = a ?? b;
    return one === undefined ? undefined : [...one];
  }
  return a.filter((item) => b.includes(item));
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) <= Date.parse(b) ? a : b;
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

function meetWindow(
  a: NonNullable<ClauseLimit['window']>,
  b: NonNullable<ClauseLimit['window']>,
): NonNullable<ClauseLimit['window']> {
  const since = later(a.since, b.since);
  const until = earlier(a.until, b.until);
  const rolling = [a.rolling, b.rolling].filter((one) => one !== undefined).map(durationMs);
  return {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(rolling.length === 0 ? {} : { rolling: durationOf(Math.min(...rolling)) }),
  };
}

type Count = 'max_items' | 'per_hour' | 'rows_per_day' | 'bytes_per_day';

function least(name: Count, a: ClauseLimit, b: ClauseLimit): Partial<Record<Count, number>> {
  const counts = [a[name], b[name]].filter((count) => count !== undefined);
  return counts.length === 0 ? {} : { [name]: Math.min(...counts) };
}
