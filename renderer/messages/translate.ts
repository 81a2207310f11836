import { en } from './en.ts';

/** A text with `{name}` places, or one text per plural form, chosen by `count`. */
export type Message = string | { readonly one: string; readonly other: string };
export type MessageKey = keyof typeof en;

type Places<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;
type PlacesOf<M> = M extends string
  ? Places<M>
  : M extends { readonly one: infer One extends string; readonly other: infer Other extends string }
    ? Places<One> | Places<Other> | 'count'
    : never;
type Values<K extends MessageKey> = { readonly [Name in PlacesOf<(typeof en)[K]>]: string | number };
type Arguments<K extends MessageKey> = [PlacesOf<(typeof en)[K]>] extends [never] ? [] : [values: Values<K>];

const language = 'en';
const plural = new Intl.PluralRules(language);
const integers = new Intl.NumberFormat(language);
const decimals = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });

function fill(text: string, values: ReadonlyMap<string, string | number>): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) => {
    const value = values.get(name);
    if (value === undefined) return whole;
    return typeof value === 'number' ? integers.format(value) : value;
  });
}

/** The text of `key` in the owner's language, with its places filled. */
export function t<K extends MessageKey>(key: K, ...[values]: Arguments<K>): string {
  const message: Message = en[key];
  const map = new Map<string, string | number>(Object.entries(values ?? {}));
  if (typeof message === 'string') return fill(message, map);
  const count = map.get('count');
  const form = typeof count === 'number' && plural.select(count) === 'one' ? message.one : message.other;
  return fill(form, map);
}

export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(en, key);
}

export function formatNumber(value: number): string {
  return Math.abs(value) < 100 && !Number.isInteger(value) ? decimals.format(value) : integers.format(value);
}

/** 12,345 → "12.3K", where there is little room. */
export function formatCompact(value: number): string {
  return compact.format(value);
}

/** 0.423 → "42%". */
export function formatPercent(value: number): string {
  return percents.format(value);
}

/** The text of a manifest's string per language. */
export function local(text: Readonly<Record<string, string>>): string {
  return text[language] ?? text['en'] ?? '';
}
