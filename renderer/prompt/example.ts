import type { JsonObject } from '../../protocol/json.ts';
import { shorten } from '../text/plain.ts';

/** Longest text of one cell. */
const MOST = 140;
const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** Text of a piece of HTML; nothing in it is loaded or run. */
export type PlainOf = (html: string) => string;

export interface CellPowers {
  readonly plain: PlainOf;
  readonly time: (at: number) => string;
  readonly empty: string;
}

/** What an example says under one field, short and as text. */
export function cellOf(field: string, value: unknown, powers: CellPowers): string {
  if (value === null || value === undefined || value === '') return powers.empty;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') {
    if (TIME.test(value)) return powers.time(Date.parse(value));
    return shorten(field === 'content' ? powers.plain(value) : value, MOST) || powers.empty;
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return powers.empty;
    return shorten(value.map((one: unknown) => cellOf(field, one, powers)).join(', '), MOST);
  }
  return shorten(JSON.stringify(value), MOST);
}

/** Columns of a table of examples: those named first, then what else the examples hold. */
export function columnsOf(fields: readonly string[], examples: readonly JsonObject[]): string[] {
  const held = new Set(examples.flatMap((example) => Object.keys(example)));
  return [...fields.filter((field) => held.has(field)), ...[...held].filter((name) => !fields.includes(name))];
}
