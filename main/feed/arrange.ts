/** How many posts from the top a reranker sees: far below that, a rearrangement is not read by anybody. */
export const ARRANGE_LIMIT = 5000;

/** True when `order` holds each of 0..n-1 once. */
export function isPermutation(order: Uint32Array, n: number): boolean {
  if (order.length !== n) return false;
  const seen = new Uint8Array(n);
  for (const index of order) {
    if (index >= n || seen[index] === 1) return false;
    seen[index] = 1;
  }
  return true;
}

/** The feed's order with its top rearranged; the rest keeps its place. `arrangement` permutes the first `arrangement.length` places. */
export function rearranged(order: Uint32Array, arrangement: Uint32Array): Uint32Array {
  const next = Uint32Array.from(order);
  for (let place = 0; place < arrangement.length; place++) next[place] = order[arrangement[place] ?? 0] ?? 0;
  return next;
}
