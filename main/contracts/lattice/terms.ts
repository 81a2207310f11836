import {
  ACTIONS,
  BUCKETS,
  PRIVILEGES,
  type Clause,
  type Granularity,
  type Retention,
  type Validity,
  type Window,
} from '../../../protocol/contract/clause.ts';
import { meetFilters } from './filter.ts';
import { durationMs, durationOf, instantMs, instantOf } from './times.ts';

/** Every member of a clause that has an order: the terms that the lattice is made of. */
export const TERM_NAMES = [
  'actions',
  'datatypes',
  'fields',
  'filter',
  'window',
  'privileges',
  'granularity',
  'rate',
  'validity',
  'others_private',
  'necessity',
  'purpose',
  'purpose_text',
  'retention',
  'recipients',
] as const satisfies readonly Exclude<keyof Clause, 'type' | 'clause_id'>[];
export type TermName = (typeof TERM_NAMES)[number];

type Meets = { readonly [Name in TermName]: (a: Clause[Name], b: Clause[Name]) => Clause[Name] | null };

/** Per term: the widest that is within both, in canonical form; null: nothing is. */
export const MEETS = {
  actions: (a, b) => {
    const both = ACTIONS.filter((action) => a.includes(action) && b.includes(action));
    return both.length === 0 ? null : both;
  },
  datatypes: (a, b) => notEmpty(intersection(a, b)),
  fields: (a, b) => notEmpty(intersection(a, b)),
  filter: meetFilters,
  window: meetWindows,
  privileges: ([a], [b]) => [later(PRIVILEGES, a, b)],
  granularity: meetGranularity,
  rate: meetRates,
  validity: meetValidity,
  others_private: (a, b) => a && b,
  necessity: (a, b) => (a === 'required' && b === 'required' ? 'required' : 'optional'),
  purpose: (a, b) => notEmpty(intersection(a, b)),
  purpose_text: meetTexts,
  retention: meetRetention,
  recipients: (a, b) => intersection(a, b),
} satisfies Meets;

const ANY: Meets = MEETS;

export function meetTerm<Name extends TermName>(term: Name, a: Clause, b: Clause): Clause[Name] | null {
  return ANY[term](a[term], b[term]);
}

function meetWindows(a: Window, b: Window): Window | null {
  const since = greatest(ms(a.since), ms(b.since));
  const until = least(ms(a.until), ms(b.until));
  if (since !== undefined && until !== undefined && since >= until) return null;
  const rolling = least(duration(a.rolling), duration(b.rolling));
  return {
    ...(since === undefined ? {} : { since: instantOf(since) }),
    ...(until === undefined ? {} : { until: instantOf(until) }),
    ...(rolling === undefined ? {} : { rolling: durationOf(rolling) }),
  };
}

function meetGranularity(a: Granularity, b: Granularity): Granularity {
  const bucket =
    a.bucket === undefined || b.bucket === undefined ? (a.bucket ?? b.bucket) : later(BUCKETS, a.bucket, b.bucket);
  const min_group = greatest(a.min_group, b.min_group);
  const max_items = least(a.max_items, b.max_items);
  return {
    ...(bucket === undefined ? {} : { bucket }),
    ...(min_group === undefined ? {} : { min_group }),
    ...(max_items === undefined ? {} : { max_items }),
  };
}

function meetRates(a: Clause['rate'], b: Clause['rate']): Clause['rate'] {
  const per_hour = least(a.per_hour, b.per_hour);
  const rows_per_day = least(a.rows_per_day, b.rows_per_day);
  const bytes_per_day = least(a.bytes_per_day, b.bytes_per_day);
  return {
    ...(per_hour === undefined ? {} : { per_hour }),
    ...(rows_per_day === undefined ? {} : { rows_per_day }),
    ...(bytes_per_day === undefined ? {} : { bytes_per_day }),
  };
}

function meetValidity(a: Validity, b: Validity): Validity | null {
  const from = greatest(ms(a.from), ms(b.from));
  const until = least(ms(a.until), ms(b.until));
  if (from !== undefined && until !== undefined && from >= until) return null;
  return {
    ...(from === undefined ? {} : { from: instantOf(from) }),
    ...(until === undefined ? {} : { until: instantOf(until) }),
    renewal: a.renewal === 'ask' && b.renewal === 'ask' ? 'ask' : 'none',
  };
}

function meetRetention(a: Retention, b: Retention): Retention {
  const max = least(duration(a.max), duration(b.max));
  return {
    ...(max === undefined ? {} : { max: durationOf(max) }),
    on_withdraw: a.on_withdraw === 'keep' && b.on_withdraw === 'keep' ? 'keep' : 'erase',
  };
}

/** Texts are never written by the locker: a language stays where both say the same in it. */
function meetTexts(a: Clause['purpose_text'], b: Clause['purpose_text']): Clause['purpose_text'] {
  return Object.fromEntries(
    Object.entries(a)
      .filter(([language, text]) => {
        const other = Object.hasOwn(b, language) ? b[language] : undefined;
        return other !== undefined && other.short === text.short && other.long === text.long;
      })
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([language, { short, long }]) => [language, { short, long }]),
  );
}

function intersection<T extends string>(a: readonly T[], b: readonly T[]): T[] {
  const others = new Set(b);
  return [...new Set(a)].filter((value) => others.has(value)).sort();
}

function notEmpty<T>(values: T[]): T[] | null {
  return values.length === 0 ? null : values;
}

function later<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function greatest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function ms(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : instantMs(instant);
}

function duration(text: string | undefined): number | undefined {
  return text === undefined ? undefined : durationMs(text);
}
