import type { z } from 'zod';
import { ActivityKind, type ActivityQuery } from '../../protocol/owner/services.ts';
import { nextDay, startOfDay } from '../data/filters.ts';

export interface ActivityFilters {
  readonly kind: ActivityKind | '';
  readonly service: string;
  /** Days in the owner's time zone; empty: open. */
  readonly from: string;
  readonly to: string;
}
export const NO_ACTIVITY_FILTERS: ActivityFilters = { kind: '', service: '', from: '', to: '' };
export const KINDS = ActivityKind.options;

/** A kind as a control or the address bar names it; anything else is all of them. */
export function kindFrom(text: string | null): ActivityKind | '' {
  return KINDS.find((kind) => kind === text) ?? '';
}

export function isActivityFiltered(filters: ActivityFilters): boolean {
  return Object.values(filters).some((value) => value !== '');
}

/** The query of the owner API; both days are included. */
export function activityQuery(filters: ActivityFilters, timeZone: string): z.input<typeof ActivityQuery> {
  const at = (day: string, plus = 0): string => new Date(startOfDay(day, timeZone) + plus).toISOString();
  return {
    limit: 50,
    ...(filters.kind === '' ? {} : { kind: filters.kind }),
    ...(filters.service === '' ? {} : { service: filters.service }),
    ...(filters.from === '' ? {} : { from: at(filters.from) }),
    ...(filters.to === '' ? {} : { to: at(nextDay(filters.to), -1) }),
  };
}
