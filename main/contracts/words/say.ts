import { en } from './en.ts';

type Message = string | { readonly one: string; readonly other: string };
export type MessageKey = keyof typeof en;

/** The language that the locker speaks itself; what services say comes in theirs. */
const language = 'en';
const plural = new Intl.PluralRules(language);
const integers = new Intl.NumberFormat(language, { maximumFractionDigits: 20 });
const lists = new Intl.ListFormat('en-GB', { type: 'conjunction' });
const alternatives = new Intl.ListFormat('en-GB', { type: 'disjunction' });
const languages = new Intl.DisplayNames(language, { type: 'language', fallback: 'none' });
const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** The text of `key` with its places filled; a place that is not given stays as it is, so that a test sees it. */
export function say(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  const message: Message = en[key];
  const { count } = values;
  const isOne = typeof count === 'number' && plural.select(count) === 'one';
  const text = typeof message === 'string' ? message : isOne ? message.one : message.other;
  const given = new Map(Object.entries(values));
  return text.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => {
    const value = given.get(name);
    return typeof value === 'number' ? integers.format(value) : (value ?? whole);
  });
}

export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(en, key);
}

/** What a service wrote, in quotes that it cannot close itself. */
export function quoted(text: string): string {
  return say('value.text', { text: text.replace(/[“”]/g, '"') });
}

/** a, b or c. */
export function either(items: readonly string[]): string {
  return alternatives.format(items);
}

/** English for a language tag; null: it has no name. */
export function languageName(tag: string): string | null {
  try {
    return languages.of(tag) ?? null;
  } catch {
    return null;
  }
}

/** Bytes, exactly: in larger units only where nothing is lost. */
export function size(bytes: number): string {
  if (bytes === 0 || bytes % 1000 !== 0) return say('size.bytes', { count: bytes });
  return bytes % 1_000_000 === 0
    ? say('size.megabytes', { count: bytes / 1_000_000 })
    : say('size.kilobytes', { count: bytes / 1000 });
}

/** a, b and c. */
export function list(items: readonly string[]): string {
  return lists.format(items);
}

export function number(value: number): string {
  return integers.format(value);
}

/** A moment in UTC; the hour only where it isn't midnight. */
export function time(instant: string): string {
  const date = new Date(instant);
  const day = days.format(date);
  const clock = date
    .toISOString()
    .slice(11, -1)
    .replace(/\.000$/, '')
    .replace(/:00$/, '');
  return clock === '00:00' ? say('time.day', { day }) : say('time.moment', { day, clock });
}

/** `P90D` → 90 days. */
export function duration(text: string): string {
  return text.startsWith('PT')
    ? say('duration.hours', { count: Number(text.slice(2, -1)) })
    : say('duration.days', { count: Number(text.slice(1, -1)) });
}
