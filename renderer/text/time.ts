const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const short = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });

/** "5m ago" and the like within a week; a date before that. */
export function ago(at: number, now: number, timeZone: string): string {
  const past = now - at;
  if (past < 0 || past >= 7 * DAY) return day(at, now, timeZone);
  if (past < MINUTE) return short.format(0, 'second');
  if (past < HOUR) return short.format(-Math.floor(past / MINUTE), 'minute');
  if (past < DAY) return short.format(-Math.floor(past / HOUR), 'hour');
  return short.format(-Math.floor(past / DAY), 'day');
}

function day(at: number, now: number, timeZone: string): string {
  const year = (time: number): string => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone }).format(time);
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', timeZone };
  if (year(at) !== year(now)) options.year = 'numeric';
  return new Intl.DateTimeFormat('en', options).format(at);
}

/** Day and time in full, for titles and details. */
export function fullTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'long', timeStyle: 'short', timeZone }).format(at);
}

/** How much longer something takes: "about 3 minutes". */
export function duration(ms: number): string {
  const unit = (value: number, name: string): string =>
    new Intl.NumberFormat('en', { style: 'unit', unit: name, unitDisplay: 'long', maximumFractionDigits: 0 }).format(
      value,
    );
  if (ms < 90_000) return unit(Math.max(1, Math.round(ms / 1000)), 'second');
  if (ms < 90 * MINUTE) return unit(Math.round(ms / MINUTE), 'minute');
  return unit(Math.round(ms / HOUR), 'hour');
}

/** True for a time zone this browser knows. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Time of day. */
export function clockTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en', { timeStyle: 'short', timeZone }).format(at);
}
