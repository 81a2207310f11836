import { eachFeature, pieces, SIZE } from './features.ts';

/** A linear model over hashed features. */
export interface Model {
  readonly weights: Int8Array;
  /** What a weight of 1 adds. */
  readonly scale: number;
  readonly bias: number;
}

/** How likely one piece is to be taken for an insult, 0..1. */
export function pieceHeat({ weights, scale, bias }: Model, words: readonly string[]): number {
  let sum = 0;
  const count = eachFeature(words, (place) => {
    sum += weights[place] ?? 0;
  });
  if (count === 0) return 0;
  return 1 / (1 + Math.exp(-(bias + (scale * sum) / Math.sqrt(count))));
}

/** How likely a text is to be taken for an insult: as its most heated piece. */
export function heat(model: Model, text: string): number {
  return pieces(text).reduce((most, words) => Math.max(most, pieceHeat(model, words)), 0);
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/**
 * Weights as they are shipped, in base64: for each that isn't 0 its distance from the one before (7 bits a byte, the last byte
 * of a number below 128) and its value.
 */
export function decodeWeights(base64: string): Int8Array {
  const bytes = base64Bytes(base64);
  const weights = new Int8Array(SIZE);
  let place = -1;
  let gap = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    gap = (gap << 7) | (byte & 127);
    if (byte >= 128) continue;
    place += gap;
    gap = 0;
    weights[place] = bytes[++at] ?? 0;
  }
  return weights;
}

function base64Bytes(base64: string): Uint8Array {
  const values = new Uint8Array(128);
  for (let at = 0; at < DIGITS.length; at++) values[DIGITS.charCodeAt(at)] = at;
  const bytes = new Uint8Array(Math.floor((base64.replace(/=+$/u, '').length * 3) / 4));
  for (let at = 0, out = 0; out < bytes.length; at += 4) {
    let group = 0;
    for (let i = 0; i < 4; i++) group = (group << 6) | (values[base64.charCodeAt(at + i) & 127] ?? 0);
    for (let shift = 16; shift >= 0 && out < bytes.length; shift -= 8) bytes[out++] = (group >> shift) & 255;
  }
  return bytes;
}
