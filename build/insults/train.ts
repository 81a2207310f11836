import { eachFeature, pieces, SIZE } from '../../algorithms/insults-and-heat/features.ts';
import type { Model } from '../../algorithms/insults-and-heat/model.ts';
import type { Row } from './data.ts';

const ROUNDS = 12;
const RATE = 0.5;
const L2 = 2e-6;
/** Features of fewer rows say more about these rows than about insults, and less about other texts. */
const FEWEST_ROWS = 50;

/** Numbers that look random and are the same each time. */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296;
  };
}

interface Example {
  readonly places: Uint32Array;
  readonly insult: boolean;
}

function exampleOf({ text, insult }: Row): Example {
  const places: number[] = [];
  for (const words of pieces(text)) eachFeature(words, (place) => places.push(place));
  return { places: Uint32Array.from(places), insult };
}

function frequentPlaces(examples: readonly Example[]): Uint8Array {
  const rows = new Uint32Array(SIZE);
  for (const { places } of examples) for (const place of new Set(places)) rows[place] = (rows[place] ?? 0) + 1;
  return Uint8Array.from(rows, (count) => (count >= FEWEST_ROWS ? 1 : 0));
}

/**
 * Logistic regression by AdaGrad with a fixed seed, both classes weighing the same, then weights rounded to 8 bits: the same
 * rows give the same bytes.
 */
export function train(rows: readonly Row[], seed: number): Model {
  const examples = rows.map(exampleOf).filter(({ places }) => places.length > 0);
  const insults = examples.filter(({ insult }) => insult).length;
  const importance = [examples.length / (2 * (examples.length - insults)), examples.length / (2 * insults)];
  const frequent = frequentPlaces(examples);
  const weights = new Float64Array(SIZE);
  const squares = new Float64Array(SIZE).fill(1e-6);
  let bias = 0;
  let biasSquares = 1e-6;
  const next = numbersFrom(seed);
  const order = examples.map((_, at) => at);
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = Math.floor(next() * (at + 1));
      [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
    }
    for (const at of order) {
      const example = examples[at];
      if (example === undefined) continue;
      const { places, insult } = example;
      const norm = Math.sqrt(places.length);
      let sum = 0;
      for (const place of places) sum += weights[place] ?? 0;
      const told = 1 / (1 + Math.exp(-(bias + sum / norm)));
      const wrong = (told - (insult ? 1 : 0)) * (importance[insult ? 1 : 0] ?? 1);
      biasSquares += wrong * wrong;
      bias -= (RATE * wrong) / Math.sqrt(biasSquares);
      for (const place of places) {
        if (frequent[place] !== 1) continue;
        const weight = weights[place] ?? 0;
        const slope = wrong / norm + L2 * weight;
        const square = (squares[place] ?? 0) + slope * slope;
        squares[place] = square;
        weights[place] = weight - (RATE * slope) / Math.sqrt(square);
      }
    }
  }
  return rounded(weights, bias);
}

/** Weights as multiples of one step; the few that are much larger than all others are cut. */
function rounded(weights: Float64Array, bias: number): Model {
  const sizes = weights.map(Math.abs).filter((size) => size > 0);
  sizes.sort();
  const largest = sizes[Math.floor(sizes.length * 0.999)] ?? 1;
  const scale = Number((largest / 127).toPrecision(6));
  return {
    weights: Int8Array.from(weights, (weight) => Math.max(-127, Math.min(127, Math.round(weight / scale)))),
    scale,
    bias: Number(bias.toPrecision(6)),
  };
}

/** The text that `decodeWeights` reads. */
export function encodeWeights(weights: Int8Array): string {
  const bytes: number[] = [];
  let before = -1;
  weights.forEach((weight, place) => {
    if (weight === 0) return;
    const gap = place - before;
    before = place;
    const digits = [gap & 127];
    for (let rest = gap >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 127) | 128);
    bytes.push(...digits, weight & 255);
  });
  return Buffer.from(bytes).toString('base64');
}
