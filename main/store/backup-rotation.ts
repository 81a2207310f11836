const PREFIX = 'locker-';
const DAYS = 7;
const WEEKS = 4;
const DAY_MS = 86_400_000;

/** `locker-2026-03-01T04-05-06.789Z.db`, or `locker-<label>-….db`. */
export function backupName(now: number, label?: string): string {
  const time = new Date(now).toISOString().replaceAll(':', '-');
  return `${PREFIX}${label === undefined ? '' : `${label}-`}${time}.db`;
}

/** When a backup was made and what it is labelled, or undefined for any other file. */
export function readBackupName(name: string): { readonly made: number; readonly label: string | null } | undefined {
  const parts = /^locker-(?:(.+)-)?(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.db$/.exec(name);
  if (parts === null) return undefined;
  const made = Date.parse(`${parts[2]}T${parts[3]}:${parts[4]}:${parts[5]}`);
  return Number.isNaN(made) ? undefined : { made, label: parts[1] ?? null };
}

/** When an unlabelled backup was made, or undefined for any other file. */
export function backupTime(name: string): number | undefined {
  const read = readBackupName(name);
  return read?.label === null ? read.made : undefined;
}

/**
 * The backups that are no longer needed: kept are the newest of each of the last seven days that have one, and the newest
 * of each of the last four weeks (Monday first, UTC) that have one. Days without a backup push none out.
 */
export function expiredBackups(names: readonly string[]): string[] {
  const made = names
    .map((name) => ({ name, time: backupTime(name) }))
    .filter((backup): backup is { name: string; time: number } => backup.time !== undefined)
    .sort((a, b) => b.time - a.time);
  const days = new Set<number>();
  const weeks = new Set<number>();
  return made
    .filter(({ time }) => {
      const day = Math.floor(time / DAY_MS);
      // 1970-01-01 was a Thursday.
      const week = Math.floor((day + 3) / 7);
      const ofDay = keepFirst(days, day, DAYS);
      const ofWeek = keepFirst(weeks, week, WEEKS);
      return !ofDay && !ofWeek;
    })
    .map(({ name }) => name);
}

function keepFirst(kept: Set<number>, period: number, most: number): boolean {
  if (kept.has(period) || kept.size >= most) return false;
  kept.add(period);
  return true;
}
