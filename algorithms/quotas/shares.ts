/** The part of each beginning of the feed that a group must have at least, and may have at most. */
export interface Share {
  readonly least: number;
  readonly most: number;
}

/**
 * DetGreedy (Geyik, Ambler and Kenthapadi, 2019): at each place, a group that has fewer than `⌊least · places⌋` posts gets
 * it; else the best post of a group that has fewer than `⌈most · places⌉`; else the best there is. Within a group the order stays.
 *
 * @param group per row, in the order given, the number of its group
 */
export function arrangeByShares(group: Uint32Array, shares: readonly Share[]): Uint32Array {
  const n = group.length;
  /** Rows of each group as chains: the first that is left, and after each row the next. */
  const first = new Int32Array(shares.length).fill(-1);
  const next = new Int32Array(n).fill(-1);
  for (let row = n - 1; row >= 0; row--) {
    const number = group[row] ?? 0;
    next[row] = first[number] ?? -1;
    first[number] = row;
  }
  const placed = new Uint32Array(shares.length);
  const order = new Uint32Array(n);
  for (let place = 0; place < n; place++) {
    let best = -1;
    let rank = 3;
    for (let number = 0; number < shares.length; number++) {
      const row = first[number] ?? -1;
      if (row < 0) continue;
      const { least, most } = shares[number] ?? { least: 0, most: 1 };
      const has = placed[number] ?? 0;
      const claim = has < wholeBelow(least * (place + 1)) ? 0 : has < wholeAbove(most * (place + 1)) ? 1 : 2;
      if (claim < rank || (claim === rank && row < best)) {
        best = row;
        rank = claim;
      }
    }
    const number = group[best] ?? 0;
    first[number] = next[best] ?? -1;
    placed[number] = (placed[number] ?? 0) + 1;
    order[place] = best;
  }
  return order;
}

/** Products like 0.1 · 30 may miss a whole number by the last bit. */
const NEARLY = 1e-9;

function wholeBelow(value: number): number {
  return Math.floor(value + NEARLY);
}

function wholeAbove(value: number): number {
  return Math.ceil(value - NEARLY);
}
