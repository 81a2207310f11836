import fc from 'fast-check';
import {
  ACTIONS,
  BUCKETS,
  CLAUSE_TYPE,
  PRIVILEGES,
  type Clause,
  type Condition,
} from '../../../protocol/contract/clause.ts';

/** Clauses for tests: a plain one to change, and random ones whose terms overlap often. */

/** Reads public posts of any time, promises to erase. */
export function clauseOf(change: Partial<Clause> = {}): Clause {
  return {
    type: CLAUSE_TYPE,
    clause_id: 'posts',
    actions: ['read', 'query'],
    datatypes: ['social.post'],
    fields: ['author', 'content', 'language', 'published'],
    filter: [],
    window: {},
    privileges: ['raw'],
    granularity: {},
    rate: {},
    validity: { renewal: 'none' },
    others_private: false,
    necessity: 'required',
    purpose: ['ServicePersonalisation'],
    purpose_text: { en: { short: 'A warm start', long: 'Your posts make your first page.' } },
    retention: { max: 'P90D', on_withdraw: 'erase' },
    recipients: [],
    ...change,
  };
}

const TIMES = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z', '2026-03-01T12:30:00.250Z', '2026-06-01T00:00:00Z'];
const DURATIONS = ['P1D', 'PT24H', 'PT6H', 'P30D', 'P90D'];
const VALUES = ['en', 'de', 1, 2, 3, true, false, ...TIMES];

const time = fc.constantFrom(...TIMES);
const value = fc.constantFrom(...VALUES);
/** Also such as no datatype allows: the lattice must hold whatever it is given. */
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    field: fc.constantFrom('language', 'published', 'size'),
    op: fc.constant('in' as const),
    value: fc.array(value, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    field: fc.constantFrom('language', 'published', 'size'),
    op: fc.constantFrom('eq' as const, 'gte' as const, 'lte' as const),
    value,
  }),
);

function some<T>(...items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: 1 });
}

const text = fc.record({ short: fc.constantFrom('A', 'B'), long: fc.constantFrom('', 'C') });

/** Every term of a clause, most of them as they matter least, so that two of them often have something in common. */
export const anyClause: fc.Arbitrary<Clause> = fc.record({
  type: fc.constant(CLAUSE_TYPE),
  clause_id: fc.constantFrom('posts', 'posts', 'posts', 'follows'),
  actions: some(...ACTIONS),
  datatypes: some<Clause['datatypes'][number]>('social.post', 'social.follow', 'x-example.org.note'),
  fields: some('author', 'content', 'published', 'language'),
  filter: fc.array(condition, { maxLength: 3 }),
  window: fc.record({ since: time, until: time, rolling: fc.constantFrom(...DURATIONS) }, { requiredKeys: [] }),
  privileges: fc.tuple(fc.constantFrom(...PRIVILEGES)),
  granularity: fc.record(
    {
      bucket: fc.constantFrom(...BUCKETS),
      min_group: fc.integer({ min: 1, max: 4 }),
      max_items: fc.integer({ min: 1, max: 4 }),
    },
    { requiredKeys: [] },
  ),
  rate: fc.record(
    {
      per_hour: fc.integer({ min: 0, max: 3 }),
      rows_per_day: fc.integer({ min: 0, max: 3 }),
      bytes_per_day: fc.integer({ min: 0, max: 3 }),
    },
    { requiredKeys: [] },
  ),
  validity: fc.record(
    { from: time, until: time, renewal: fc.constantFrom('none' as const, 'ask' as const) },
    { requiredKeys: ['renewal'] },
  ),
  others_private: fc.boolean(),
  necessity: fc.constantFrom('required' as const, 'optional' as const),
  purpose: some('Advertising', 'ServicePersonalisation', 'ServiceProvision'),
  purpose_text: fc.dictionary(fc.constantFrom('en', 'de'), text, { maxKeys: 2 }),
  retention: fc.record(
    { max: fc.constantFrom(...DURATIONS), on_withdraw: fc.constantFrom('erase' as const, 'keep' as const) },
    { requiredKeys: ['on_withdraw'] },
  ),
  recipients: fc.subarray(['Ads Ltd', 'Host Ltd']),
});

/** A wish of a service that a clause grants or not: one field of one record, and how it is asked for. */
export interface Probe {
  readonly now: string;
  readonly action: Clause['actions'][number];
  readonly datatype: string;
  readonly field: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly published: string | null;
  readonly isOthersPrivate: boolean;
  readonly privilege: Clause['privileges'][0];
  readonly bucket: (typeof BUCKETS)[number];
  readonly group: number;
  readonly items: number;
  readonly inHour: number;
  readonly rowsInDay: number;
  readonly bytesInDay: number;
  readonly purpose: string;
  readonly recipient: string | null;
}

const amount = fc.integer({ min: 0, max: 4 });
export const anyProbe: fc.Arbitrary<Probe> = fc.record({
  now: fc.constantFrom(...TIMES, '2026-03-02T00:00:00Z', '2025-12-31T23:59:59Z'),
  action: fc.constantFrom(...ACTIONS),
  datatype: fc.constantFrom('social.post', 'social.follow', 'x-example.org.note'),
  field: fc.constantFrom('author', 'content', 'published', 'language'),
  values: fc.dictionary(fc.constantFrom('language', 'published', 'size'), value, { maxKeys: 3 }),
  published: fc.option(fc.constantFrom(...TIMES, '2026-02-28T00:00:00Z')),
  isOthersPrivate: fc.boolean(),
  privilege: fc.constantFrom(...PRIVILEGES),
  bucket: fc.constantFrom(...BUCKETS),
  group: fc.integer({ min: 1, max: 5 }),
  items: amount,
  inHour: amount,
  rowsInDay: amount,
  bytesInDay: amount,
  purpose: fc.constantFrom('Advertising', 'ServicePersonalisation', 'ServiceProvision'),
  recipient: fc.option(fc.constantFrom('Ads Ltd', 'Host Ltd')),
});

const HOUR = 3_600_000;
function length(duration: string): number {
  return duration.startsWith('PT')
    ? parseInt(duration.slice(2), 10) * HOUR
    : parseInt(duration.slice(1), 10) * 24 * HOUR;
}

/** What a clause means, told without the lattice: whether it grants a wish. */
export function grants(clause: Clause | null, probe: Probe): boolean {
  if (clause === null) return false;
  const at = (instant: string): number => new Date(instant).getTime();
  const { window, validity, granularity, rate } = clause;
  const now = at(probe.now);
  if (validity.from !== undefined && now < at(validity.from)) return false;
  if (validity.until !== undefined && now >= at(validity.until)) return false;
  if (!clause.actions.includes(probe.action) || !clause.datatypes.some((it) => it === probe.datatype)) return false;
  if (!clause.fields.includes(probe.field) || !clause.filter.every((it) => holds(it, probe.values))) return false;
  if (Object.values(window).some((part) => part !== undefined)) {
    if (probe.published === null) return false;
    const published = at(probe.published);
    if (window.since !== undefined && published < at(window.since)) return false;
    if (window.until !== undefined && published >= at(window.until)) return false;
    if (window.rolling !== undefined && published < now - length(window.rolling)) return false;
  }
  if (probe.isOthersPrivate && !clause.others_private) return false;
  if (PRIVILEGES.indexOf(probe.privilege) < PRIVILEGES.indexOf(clause.privileges[0])) return false;
  if (BUCKETS.indexOf(probe.bucket) < BUCKETS.indexOf(granularity.bucket ?? 'PT1H')) return false;
  if (probe.group < (granularity.min_group ?? 0) || probe.items > (granularity.max_items ?? Infinity)) return false;
  if (probe.inHour > (rate.per_hour ?? Infinity) || probe.rowsInDay > (rate.rows_per_day ?? Infinity)) return false;
  if (probe.bytesInDay > (rate.bytes_per_day ?? Infinity) || !clause.purpose.includes(probe.purpose)) return false;
  return probe.recipient === null || clause.recipients.includes(probe.recipient);
}

function holds(condition: Condition, values: Probe['values']): boolean {
  const value = values[condition.field];
  if (value === undefined) return false;
  if (condition.op === 'in') return condition.value.includes(value);
  if (condition.op === 'eq') return condition.value === value;
  const [one, other] = [order(value), order(condition.value)];
  if (one === null || other === null || typeof value !== typeof condition.value) return false;
  return condition.op === 'gte' ? one >= other : one <= other;
}

function order(value: string | number | boolean): number | null {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.endsWith('Z') ? new Date(value).getTime() : null;
}
