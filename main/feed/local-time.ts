const DAY = 86_400_000;
const QUARTER = 900_000;

/** Offset of local time from UTC, in milliseconds, at a UTC time in milliseconds. */
export type OffsetAt = (at: number) => number;

/**
 * Offsets of an IANA time zone. The calendar is asked twice per day at most (and per quarter of an hour on days when the
 * offset changes), so a hundred thousand posts cost a few thousand questions. An unknown zone is taken as UTC.
 */
export function zoneOffsets(timeZone: string): OffsetAt {
  const exact = exactOffsets(timeZone);
  const startOfDay = new Map<number, number>();
  const ofQuarter = new Map<number, number>();
  function cached(memory: Map<number, number>, index: number, length: number): number {
    const known = memory.get(index);
    if (known !== undefined) return known;
    const offset = exact(index * length);
    memory.set(index, offset);
    return offset;
  }
  return (at) => {
    const day = Math.floor(at / DAY);
    const offset = cached(startOfDay, day, DAY);
    if (offset === cached(startOfDay, day + 1, DAY)) return offset;
    return cached(ofQuarter, Math.floor(at / QUARTER), QUARTER);
  };
}

function exactOffsets(timeZone: string): OffsetAt {
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { ...parts, timeZone, hourCycle: 'h23', era: 'short' });
  } catch {
    return () => 0;
  }
  return (at) => {
    const named: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(at)) named[type] = value;
    const year = named.era === 'BC' ? 1 - Number(named.year) : Number(named.year);
    const local = new Date(0);
    local.setUTCFullYear(year, Number(named.month) - 1, Number(named.day));
    local.setUTCHours(Number(named.hour), Number(named.minute), Number(named.second));
    return local.getTime() - Math.floor(at / 1000) * 1000;
  };
}
