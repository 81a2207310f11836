import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeWeights, type Model } from '../../algorithms/insults-and-heat/model.ts';
import figures from '../../algorithms/insults-and-heat/figures.json' with { type: 'json' };
import { MODEL } from '../../algorithms/insults-and-heat/weights.ts';
import { davidson } from '../../build/insults/data.ts';
import { measure, tableOf } from '../../build/insults/measure.ts';
import { trainOn } from '../../build/train-insults.ts';
import { CORPUS } from './corpus.ts';

const PAGE = new URL('../../algorithms/insults-and-heat/page.md', import.meta.url);

function shipped(): Model {
  return { scale: MODEL.scale, bias: MODEL.bias, weights: decodeWeights(MODEL.weights) };
}

/** Cells without the spaces that align them. */
function rowsOf(table: string): string[] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
    .map((line) => line.split('|').map((cell) => cell.trim()).join('|')); // prettier-ignore
}

test('the page holds the figures that were measured', () => {
  expect(rowsOf(readFileSync(PAGE, 'utf8'))).toEqual(rowsOf(tableOf(figures)));
});

describe.skipIf(CORPUS === '')('over the published data', () => {
  test('weights and data give the published figures', { timeout: 120_000 }, () => {
    expect(measure(shipped(), MODEL.thresholds, CORPUS)).toEqual(figures);
  });

  test('training again gives the shipped weights and thresholds', { timeout: 120_000 }, () => {
    const { model, thresholds } = trainOn(CORPUS);
    expect(thresholds).toEqual(MODEL.thresholds);
    expect([model.scale, model.bias]).toEqual([MODEL.scale, MODEL.bias]);
    expect(Buffer.from(model.weights).equals(Buffer.from(shipped().weights))).toBe(true);
  });

  test('no text is in two parts', () => {
    const { train, choose, held } = davidson(CORPUS);
    const texts = [train, choose, held].map((rows) => new Set(rows.map(({ text }) => text.toLowerCase())));
    const all = new Set(texts.flatMap((part) => [...part]));
    expect(all.size).toBe(texts.reduce((sum, { size }) => sum + size, 0));
  });
});
