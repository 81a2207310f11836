import type { OwnerLabel } from '../../protocol/batch.ts';
import type { Manifest, SettingValues } from '../../protocol/manifest.ts';
import type { MutedWords, ReasonText } from '../../protocol/owner/feed.ts';
import { textOf } from './member.ts';

/** What the numbers of a reason point to. */
export interface ReasonContext {
  readonly manifest: Manifest;
  readonly settings: SettingValues;
  readonly lists: MutedWords;
  /** The kinds of label in force. */
  readonly labels: readonly OwnerLabel[];
  /** Name of an author by store key; null: unknown. */
  readonly authorName: (key: number) => string | null;
  /** Name of a post's author by record id; null: unknown. */
  readonly postAuthorName: (id: number) => string | null;
}

/** The reason's text with its numbers turned into words. */
export function reasonText(context: ReasonContext, reason: number, args: readonly number[]): ReasonText {
  const { manifest } = context;
  const declared = manifest.reasons[reason];
  if (declared === undefined) return { code: 'unknown', text: textOf(manifest.name) };
  let text = textOf(declared.text);
  for (const [place, { name, as }] of declared.params.entries()) {
    text = text.replaceAll(`{${name}}`, () => paramText(context, as, args[place] ?? NaN));
  }
  return { code: declared.code, text };
}

function paramText(context: ReasonContext, as: string, value: number): string {
  if (as.startsWith('setting:')) return settingText(context, as.slice('setting:'.length));
  if (Number.isNaN(value)) return 'unknown';
  switch (as) {
    case 'percent':
      return `${rounded(value * 100)} %`;
    case 'hours':
      return hoursText(value);
    case 'row': {
      const name = context.postAuthorName(value);
      return name === null ? 'another post' : `a post by ${name}`;
    }
    case 'author':
      return context.authorName(value) ?? 'somebody';
    case 'word':
      return context.lists.words[value]?.value ?? 'a word on your list';
    case 'host':
      return context.lists.hosts[value] ?? 'a host on your list';
    case 'label':
      return context.labels[value]?.value ?? 'a label';
    case 'labeler':
      return context.labels[value]?.source ?? 'somebody you subscribed to';
    default:
      return rounded(value);
  }
}

function settingText({ manifest, settings }: ReasonContext, key: string): string {
  const value = settings[key];
  const setting = manifest.settings.find((one) => one.key === key);
  if (setting?.type === 'enum') {
    const option = setting.options.find((one) => one.value === value);
    if (option !== undefined) return textOf(option.label);
  }
  if (typeof value === 'number') return rounded(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

/** A length of time in the unit a person would use. */
export function hoursText(hours: number): string {
  if (hours < 1) return plural(Math.max(0, Math.round(hours * 60)), 'minute');
  if (hours < 48) return plural(Math.round(hours), 'hour');
  if (hours < 24 * 60) return plural(Math.round(hours / 24), 'day');
  if (hours < 24 * 700) return plural(Math.round(hours / 24 / 30.44), 'month');
  return plural(Math.round(hours / 24 / 365.25), 'year');
}

function plural(count: number, unit: string): string {
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}

function rounded(value: number): string {
  return new Intl.NumberFormat('en', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 }).format(value);
}

/** 1st, 2nd, 3rd, 37th. */
export function ordinal(rank: number): string {
  const tens = rank % 100;
  const unit = tens >= 11 && tens <= 13 ? 0 : rank % 10;
  const suffix = unit === 1 ? 'st' : unit === 2 ? 'nd' : unit === 3 ? 'rd' : 'th';
  return `${new Intl.NumberFormat('en').format(rank)}${suffix}`;
}
