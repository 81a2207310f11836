const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** UTC milliseconds of an `Instant`; a fraction finer than that is dropped. */
export function instantMs(instant: string): number {
  return Date.parse(instant);
}

/** The one way to write an instant: whole seconds where it is one, milliseconds otherwise. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** True where a text can be ordered as a time. */
export function isInstant(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** Milliseconds of a `Duration`, `P90D` or `PT6H`. */
export function durationMs(duration: string): number {
  return duration.startsWith('PT') ? Number(duration.slice(2, -1)) * HOUR : Number(duration.slice(1, -1)) * DAY;
}

/** The one way to write a duration: days where it is whole days. */
export function durationOf(ms: number): string {
  return ms % DAY === 0 ? `P${ms / DAY}D` : `PT${ms / HOUR}H`;
}
