import type { z } from 'zod';
import { AnyDatatype } from '../../protocol/datatypes.ts';
import type { RecordQuery } from '../../protocol/owner/data.ts';

/** What the list shows; empty text: not filtered by it. */
export interface Filters {
  readonly q: string;
  /** A kind's name, or empty. */
  readonly datatype: string;
  readonly source: string;
  readonly author: string;
  /** Name of the author, or of the import, as the chip shows it. */
  readonly name: string;
  readonly run: string;
  /** Days, `2026-03-01`, both inclusive, in the owner's time zone. */
  readonly from: string;
  readonly to: string;
  readonly order: 'newest' | 'best';
}

export const NO_FILTERS: Filters = {
  q: '',
  datatype: '',
  source: '',
  author: '',
  name: '',
  run: '',
  from: '',
  to: '',
  order: 'newest',
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export function filtersFrom(query: URLSearchParams): Filters {
  const get = (name: string): string => query.get(name) ?? '';
  const datatype = get('datatype');
  return {
    q: get('q').slice(0, 500),
    datatype: datatypeFrom(datatype),
    source: get('source'),
    author: get('author'),
    name: get('name'),
    run: get('run'),
    from: DAY.test(get('from')) ? get('from') : '',
    to: DAY.test(get('to')) ? get('to') : '',
    order: get('order') === 'best' ? 'best' : 'newest',
  };
}

/** The members that say something, for the address bar. */
export function filtersTo(filters: Filters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filters).filter(
      ([name, value]: [string, string]) => value !== '' && !(name === 'order' && value === 'newest'),
    ),
  );
}

export function isFiltered(filters: Filters): boolean {
  return Object.keys(filtersTo({ ...filters, name: '' })).length > 0;
}

/** A kind as a control or the address bar names it; anything else is any. */
export function datatypeFrom(text: string): string {
  const parsed = AnyDatatype.safeParse(text);
  return parsed.success ? parsed.data : '';
}

/** Start of a day in a time zone, UTC milliseconds. */
export function startOfDay(day: string, timeZone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`);
  const offset = (at: number): number => {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    }).formatToParts(at);
    const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - at;
  };
  // Twice, because the offset at UTC midnight may not be the one at local midnight.
  const guess = utc - offset(utc);
  return utc - offset(guess);
}

/** The day after. */
export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

/** The query of the owner API for these filters. */
export function queryOf(filters: Filters, timeZone: string): z.input<typeof RecordQuery> {
  return { ...chosenBy(filters, timeZone), order: filters.q.trim() === '' ? 'newest' : filters.order, limit: 100 };
}

/** Which records these filters choose. */
export function chosenBy(
  filters: Filters,
  timeZone: string,
): Omit<z.input<typeof RecordQuery>, 'order' | 'limit' | 'cursor'> {
  const query: ReturnType<typeof chosenBy> = {};
  if (filters.q.trim() !== '') query.q = filters.q.trim();
  if (filters.datatype !== '') query.datatype = filters.datatype;
  if (filters.source !== '') query.source = filters.source;
  if (filters.author !== '') query.author = filters.author;
  if (filters.run !== '') query.run = filters.run;
  if (filters.from !== '') query.from = startOfDay(filters.from, timeZone);
  if (filters.to !== '') query.to = startOfDay(nextDay(filters.to), timeZone) - 1;
  return query;
}
