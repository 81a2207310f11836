/** One round of MurmurHash3's mixing (public domain, Austin Appleby). */
export function mixed(print: number, value: number): number {
  let k = Math.imul(value, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = print ^ k;
  return Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64;
}

/** Mixes a column into a number per row. */
export function mixColumn(prints: Uint32Array, column: Float64Array | Uint32Array | Uint8Array): void {
  if (column instanceof Float64Array) {
    const words = new Uint32Array(column.slice().buffer);
    for (let i = 0; i < prints.length; i++) {
      prints[i] = mixed(mixed(prints[i] ?? 0, words[2 * i] ?? 0), words[2 * i + 1] ?? 0);
    }
    return;
  }
  for (let i = 0; i < prints.length; i++) prints[i] = mixed(prints[i] ?? 0, column[i] ?? 0);
}

/** A 32-bit number for a text. */
export function textPrint(text: string): number {
  let print = text.length;
  for (let i = 0; i < text.length; i++) print = mixed(print, text.charCodeAt(i));
  return print >>> 0;
}
