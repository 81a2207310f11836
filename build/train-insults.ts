/**
 * Trains the model of algorithms/insults-and-heat and measures it: `LOCKER_CORPUS=FOLDER node build/train-insults.ts`.
 * Writes the weights and the figures beside the algorithm and prints the table of its page. The same rows give the same bytes.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import type { Model } from '../algorithms/insults-and-heat/model.ts';
import { davidson } from './insults/data.ts';
import { measure, tableOf, thresholdsFor, type Thresholds } from './insults/measure.ts';
import { encodeWeights, train } from './insults/train.ts';

const FOLDER = new URL('../algorithms/insults-and-heat/', import.meta.url);
const SEED = 20_260_101;

/** A trained model with the heat from which each level marks. */
export interface Trained {
  readonly model: Model;
  readonly thresholds: Thresholds;
}

/** Trains on seven tenths of Davidson's tweets and chooses the thresholds with one tenth. */
export function trainOn(corpus: string): Trained {
  const { train: rows, choose } = davidson(corpus);
  const model = train(rows, SEED);
  return { model, thresholds: thresholdsFor(model, choose) };
}

/** The module that the algorithm reads its model from. */
export function weightsModule({ model, thresholds }: Trained): string {
  const { careful, usual, wide } = thresholds;
  return [
    '// Written by build/train-insults.ts from the tweets of Davidson et al. 2017 (MIT); holds no words, only numbers.',
    'export const MODEL = {',
    `  version: '1',`,
    `  scale: ${String(model.scale)},`,
    `  bias: ${String(model.bias)},`,
    '  /** The heat from which each level marks. */',
    `  thresholds: { careful: ${String(careful)}, usual: ${String(usual)}, wide: ${String(wide)} },`,
    `  weights: '${encodeWeights(model.weights)}',`,
    '} as const;',
    '',
  ].join('\n');
}

if (import.meta.main) {
  const corpus = process.env['LOCKER_CORPUS'];
  if (corpus === undefined) throw new Error('LOCKER_CORPUS names the folder with the data');
  const trained = trainOn(corpus);
  const figures = measure(trained.model, trained.thresholds, corpus);
  const write = async (name: string, text: string): Promise<void> => {
    const file = fileURLToPath(new URL(name, FOLDER));
    await writeFile(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  };
  await write('weights.ts', weightsModule(trained));
  await write('figures.json', JSON.stringify(figures));
  process.stdout.write(`${tableOf(figures)}\n`);
}
