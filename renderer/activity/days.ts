import type { DayUse } from '../../protocol/owner/services.ts';

const DAY_MS = 86_400_000;

function dayText(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The last `count` days up to `last` (or the newest that is told of), oldest first; days without a line are zero. */
export function fillDays(days: readonly DayUse[], last: string, count: number): DayUse[] {
  const known = new Map(days.map((day) => [day.date, day]));
  const newest = days.reduce((most, { date }) => (date > most ? date : most), last);
  const end = Date.parse(`${newest}T00:00:00Z`);
  return Array.from({ length: count }, (_, n) => {
    const date = dayText(end - (count - 1 - n) * DAY_MS);
    return known.get(date) ?? { date, requests: 0, refused: 0, rows: 0, bytes: 0 };
  });
}

/** A round number at or above the highest bar: 1, 2 or 5 times a power of ten. */
export function roundTop(most: number): number {
  if (most <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most) ?? 10 * power;
}

export interface Sum {
  readonly rows: number;
  readonly requests: number;
  readonly refused: number;
  readonly top: DayUse | null;
}

export function sumOf(days: readonly DayUse[], measure: 'rows' | 'requests'): Sum {
  const top = days.reduce<DayUse | null>((most, day) => (day[measure] > (most?.[measure] ?? 0) ? day : most), null);
  const add = (part: 'rows' | 'requests' | 'refused'): number => days.reduce((sum, day) => sum + day[part], 0);
  return { rows: add('rows'), requests: add('requests'), refused: add('refused'), top };
}

/** A day of the log (UTC) as people write it. */
export function dayName(date: string): string {
  return new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(Date.parse(date));
}

/** Today as the log's days are cut. */
export function today(now: number): string {
  return dayText(now);
}
