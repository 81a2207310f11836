/** A time as the records keep it. */
export interface ReadTime {
  /** UTC milliseconds. */
  at: number;
  /** True when the text had no zone (taken as UTC) or no time of day. */
  estimated: boolean;
}

/** Times outside these years are taken as mistakes: the record keeps their text only. */
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes east of UTC of the zone names of RFC 822 and those that feeds use besides. */
const ZONES: Readonly<Record<string, number>> = {
  ut: 0, utc: 0, gmt: 0, z: 0, wet: 0, west: 60, bst: 60, cet: 60, cest: 120, met: 60, mest: 120, eet: 120, eest: 180,
  msk: 180, msd: 240, ist: 330, hkt: 480, cst8: 480, jst: 540, kst: 540, aest: 600, aedt: 660, nzst: 720, nzdt: 780,
  nst: -210, ndt: -150, ast: -240, adt: -180, est: -300, edt: -240, et: -300, cst: -360, cdt: -300, ct: -360,
  mst: -420, mdt: -360, mt: -420, pst: -480, pdt: -420, pt: -480, akst: -540, akdt: -480, hst: -600,
}; // prettier-ignore

// W3C date-time and its relatives: years to fractions of seconds, with or without dashes.
const ISO =
  /^([+-]?\d{4})(?:-?(\d{2})(?:-?(\d{2}))?)?(?:(?:T|\s+)(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?)?\s*(z|[+-]\d{2}:?\d{2}|[+-]\d{2}|[a-z]{1,4})?$/i;
const ISO_WEEK_DAY = /^(\d{4})-?(?:w(\d{2})(?:-?(\d))?|(\d{3}))$/i;
// RFC 822 and its relatives: "Thu, 01 Jan 2004 19:48:21 GMT", with the weekday, seconds or zone left out.
const MAIL =
  /^(?:[a-z]+\.?,?\s+)?(\d{1,2})[\s-]+([a-z]+)\.?,?[\s-]+(\d{2,4})(?:,?\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?(?:\s*([ap]m))?\s*(.*))?$/i;
// "Thu, Jan 1 2004 19:48:21 GMT" and C's asctime "Thu Jan  1 19:48:21 2004".
const MONTH_FIRST =
  /^(?:[a-z]+\.?,?\s+)?([a-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap]m))?\s*(.*))?$/i;
const ASCTIME =
  /^(?:[a-z]+\.?,?\s+)?([a-z]+)\.?\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:([a-z]{1,4}|[+-]\d{4})\s+)?(\d{4})$/i;
// "2004/01/31 10:00" and American "1/31/2004 10:00:00 PM".
const SLASHED =
  /^(?:(\d{4})\/(\d{1,2})\/(\d{1,2})|(\d{1,2})\/(\d{1,2})\/(\d{4}))(?:,?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([ap]m))?\s*(.*))?$/i;

/** Reads a time written as W3C date-time, RFC 822 or one of their common misspellings; null when it can't be told. */
export function readTime(text: string): ReadTime | null {
  const trimmed = text.trim().replace(/\s+/g, ' ').slice(0, 100);
  const read =
    iso(trimmed) ??
    isoWeekOrDay(trimmed) ??
    mail(trimmed) ??
    monthFirst(trimmed) ??
    asctime(trimmed) ??
    slashed(trimmed);
  if (read === null || !(read.at >= EARLIEST && read.at < LATEST)) return null;
  return read;
}

function iso(text: string): ReadTime | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const millis = fraction === undefined ? 0 : Math.floor(Number(`0.${fraction}`) * 1000);
  return build(Number(year), number(month, 1), number(day, 1), hour, minute, second, zone, millis);
}

function isoWeekOrDay(text: string): ReadTime | null {
  const match = ISO_WEEK_DAY.exec(text);
  if (match === null) return null;
  const [, year, week, weekday, dayOfYear] = match;
  if (dayOfYear !== undefined) return { at: Date.UTC(Number(year), 0, Number(dayOfYear)), estimated: true };
  // ISO week 1 is the one with 4 January in it.
  const fourth = new Date(Date.UTC(Number(year), 0, 4));
  const monday = fourth.getTime() - ((fourth.getUTCDay() + 6) % 7) * 86_400_000;
  return { at: monday + ((number(week, 1) - 1) * 7 + number(weekday, 1) - 1) * 86_400_000, estimated: true };
}

function mail(text: string): ReadTime | null {
  const match = MAIL.exec(text);
  if (match === null) return null;
  const [, day, month, year, hour, minute, second, half, zone] = match;
  return build(fullYear(Number(year)), monthNumber(month), Number(day), halfDay(hour, half), minute, second, zone);
}

function monthFirst(text: string): ReadTime | null {
  const match = MONTH_FIRST.exec(text);
  if (match === null) return null;
  const [, month, day, year, hour, minute, second, half, zone] = match;
  return build(Number(year), monthNumber(month), Number(day), halfDay(hour, half), minute, second, zone);
}

function asctime(text: string): ReadTime | null {
  const match = ASCTIME.exec(text);
  if (match === null) return null;
  const [, month, day, hour, minute, second, zone, year] = match;
  return build(Number(year), monthNumber(month), Number(day), hour, minute, second, zone);
}

function slashed(text: string): ReadTime | null {
  const match = SLASHED.exec(text);
  if (match === null) return null;
  const [, y1, m1, d1, m2, d2, y2, hour, minute, second, half, zone] = match;
  return build(Number(y1 ?? y2), Number(m1 ?? m2), Number(d1 ?? d2), halfDay(hour, half), minute, second, zone);
}

function build(
  year: number,
  month: number,
  day: number,
  hour: string | undefined,
  minute: string | undefined,
  second: string | undefined,
  zone: string | undefined,
  millis = 0,
): ReadTime | null {
  const parts = [month, day, number(hour, 0), number(minute, 0), number(second, 0)];
  const [m = 0, d = 0, h = 0, min = 0, s = 0] = parts;
  if (!(m >= 1 && m <= 12 && d >= 1 && d <= 31 && h <= 24 && min <= 59 && s <= 61)) return null;
  const offset = zoneMinutes(zone);
  const at = Date.UTC(year, m - 1, d, h, min, s, millis) - (offset ?? 0) * 60_000;
  return Number.isFinite(at) ? { at, estimated: offset === null || hour === undefined } : null;
}

function number(text: string | undefined, otherwise: number): number {
  return text === undefined || text === '' ? otherwise : Number(text);
}

/** Two-digit years as RFC 2822 section 4.3 reads them. */
function fullYear(year: number): number {
  if (year >= 1000) return year;
  if (year >= 100) return year + 1900;
  return year < 50 ? year + 2000 : year + 1900;
}

function monthNumber(name: string | undefined): number {
  return MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1;
}

function halfDay(hour: string | undefined, half: string | undefined): string | undefined {
  if (hour === undefined || half === undefined) return hour;
  return String((Number(hour) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0));
}

/** Minutes east of UTC; null when there is no zone or it isn't known. */
function zoneMinutes(zone: string | undefined): number | null {
  const text = (zone ?? '')
    .trim()
    .toLowerCase()
    .replace(/^(?:gmt|utc)(?=[+-])/, '')
    .replace(/\s*\(.*\)$/, '');
  const numeric = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (numeric !== null) {
    const minutes = Number(numeric[2]) * 60 + number(numeric[3], 0);
    return minutes > 14 * 60 ? null : numeric[1] === '-' ? -minutes : minutes;
  }
  return ZONES[text] ?? null;
}
