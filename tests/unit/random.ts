/** Draws that a seed repeats: the same seed, the same draws. */
export interface Random {
  /** Both inclusive. */
  whole(min: number, max: number): number;
  chance(of: number): boolean;
  pick<T>(from: readonly T[]): T;
  fork(): Random;
}

/** mulberry32: 32 bits of state, good enough to make up test data. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const self: Random = {
    whole: (min, max) => min + Math.floor(next() * (max - min + 1)),
    chance: (of) => next() < of,
    pick: (from) => from[Math.floor(next() * from.length)]!,
    fork: () => createRandom(Math.floor(next() * 2 ** 32)),
  };
  return self;
}
