/**
 * Turns "what it scores" and "what it would score without" into contributions: one number per row asked for and
 * contribution. A contribution is what the score loses when its columns take their batch median, so that its sign says
 * which way the post moves without it; 0 where either cannot be scored.
 *
 * @param whole the score of a row
 * @param without the score of a row with the columns of a contribution at their median
 */
export function contributions(
  rows: Uint32Array,
  count: number,
  whole: (row: number) => number,
  without: (row: number, contribution: number) => number,
): Float64Array {
  const out = new Float64Array(rows.length * count);
  rows.forEach((row, place) => {
    const score = whole(row);
    for (let which = 0; which < count; which++) {
      const gain = score - without(row, which);
      out[place * count + which] = Number.isFinite(gain) ? gain : 0;
    }
  });
  return out;
}
