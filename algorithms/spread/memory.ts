import { NO_ROW } from '../shared/columns.ts';

/** People that are remembered at most; the state is a pair of numbers each. */
const PEOPLE_MAX = 2000;
const HOUR = 3_600_000;

/**
 * What is remembered from visit to visit, as pairs: the person's tag, and how many posts of theirs were read, told as of the
 * moment in front: each counts half for every `halfHours` since.
 */
export type Memory = ReadonlyMap<number, number>;

/** What is left of the memory at `now`. */
export function recalled(state: Float64Array | undefined, now: number, halfHours: number): Memory {
  const memory = new Map<number, number>();
  if (state === undefined || halfHours <= 0) return memory;
  const left = Math.pow(2, -Math.max(now - (state[0] ?? now), 0) / (halfHours * HOUR));
  for (let at = 1; at + 1 < state.length; at += 2) memory.set(state[at] ?? NO_ROW, (state[at + 1] ?? 0) * left);
  return memory;
}

/** The memory with the people of the posts that were just read. */
export function remembered(memory: Memory, tags: Uint32Array, now: number): Float64Array {
  const next = new Map(memory);
  for (const tag of tags) if (tag !== NO_ROW) next.set(tag, (next.get(tag) ?? 0) + 1);
  const kept = [...next].filter(([, times]) => times > 0.05).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return Float64Array.from([now, ...kept.slice(0, PEOPLE_MAX).flat()]);
}
