import { z } from 'zod';

/** Where the owner was reading in this tab: kept so that a reload comes back to the same post. */
export const Reading = z.strictObject({
  feedId: z.string(),
  order: z.enum(['mix', 'newest']),
  row: z.int().min(0),
  /** Pixels of that row above the top of the list. */
  offset: z.number(),
});
export type Reading = z.infer<typeof Reading>;

const KEY = 'locker.reading';

export function keptReading(storage: Pick<Storage, 'getItem'>): Reading | null {
  const text = storage.getItem(KEY);
  if (text === null) return null;
  try {
    return Reading.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export function keepReading(storage: Pick<Storage, 'setItem' | 'removeItem'>, reading: Reading | null): void {
  if (reading === null) storage.removeItem(KEY);
  else storage.setItem(KEY, JSON.stringify(reading));
}
