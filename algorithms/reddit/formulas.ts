/** Seconds since 1970 of Reddit's beginning, from which its heat counts. */
const EPOCH = 1134028003;
/** Seconds that weigh as much as ten times the votes. */
const PACE = 45000;
/** Quantile of the normal distribution for 80 % confidence. */
const Z = 1.281551565545;

/** `log10` of the votes plus the time of writing, as Reddit published it, rounded to seven decimals. */
export function hot(ups: number, downs: number, epochSeconds: number, pace: number = PACE): number {
  const votes = ups - downs;
  const order = Math.log10(Math.max(Math.abs(votes), 1));
  const seconds = epochSeconds - EPOCH;
  return Math.round((Math.sign(votes) * order + seconds / pace) * 1e7) / 1e7;
}

/** Lower end of Wilson's interval (80 %) of the share of up-votes. */
export function confidence(ups: number, downs: number): number {
  const votes = ups + downs;
  if (Number.isNaN(votes)) return NaN;
  if (votes <= 0) return 0;
  const share = ups / votes;
  const middle = share + (Z * Z) / (2 * votes);
  const half = Z * Math.sqrt((share * (1 - share)) / votes + (Z * Z) / (4 * votes * votes));
  return (middle - half) / (1 + (Z * Z) / votes);
}

/** Many votes, evenly divided. */
export function controversy(ups: number, downs: number): number {
  if (Number.isNaN(ups + downs)) return NaN;
  if (ups <= 0 || downs <= 0) return 0;
  return Math.pow(ups + downs, ups > downs ? downs / ups : ups / downs);
}
