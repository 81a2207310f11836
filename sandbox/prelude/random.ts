export interface SeededRandom {
  seed(value: unknown): void;
  random(): number;
}

/** `Math.random` for a cell: the same seed, the same numbers. Runs inside the cell. */
export function seededRandom(): SeededRandom {
  let state = 0;

  function seed(value: unknown): void {
    state = typeof value === 'number' ? value >>> 0 : 0;
  }
  /** Mulberry32 by Tommy Ettinger, public domain. */
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }
  const random = (): number => {
    const high = next() >>> 5;
    const low = next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  };
  return { seed, random };
}
