import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Algorithm } from '../protocol/batch.ts';
import { AlgorithmPackage, defaultSettings } from '../protocol/manifest.ts';
import { Vector } from '../protocol/vector.ts';
import { vectorBatch, vectorCtx } from '../protocol/vector-batch.ts';
import { vectorDifference, type VectorOut } from '../protocol/vector-compare.ts';
import { packAlgorithms, type PackedAlgorithm } from './pack-algorithms.ts';

/** Loads a package's code where there is nothing but the language, less the clock and the locale. */
function load(code: string): Algorithm {
  const context = createContext({ module: { exports: {} } }, { codeGeneration: { strings: false, wasm: false } });
  runInContext('delete globalThis.Date; delete globalThis.Intl; delete Math.random;', context);
  runInContext(`(function (module) { ${code}\n})(module)`, context);
  return runInContext('module.exports', context) as Algorithm;
}

function answerOf(algorithm: Algorithm, { manifest }: AlgorithmPackage, vector: Vector): VectorOut {
  const batch = vectorBatch(manifest, vector);
  const ctx = vectorCtx(vector);
  algorithm.init?.({ ...defaultSettings(manifest), ...vector.settings }, ctx);
  const missing = (): never => {
    throw new Error(`no ${vector.call}`);
  };
  switch (vector.call) {
    case 'score':
      return { call: 'score', out: algorithm.score?.(batch, ctx) ?? missing() };
    case 'decide':
      return { call: 'decide', out: algorithm.decide?.(batch, ctx) ?? missing() };
    case 'dampen':
      return { call: 'dampen', out: { factor: algorithm.dampen?.(batch, ctx) ?? missing() } };
    case 'arrange':
      return { call: 'arrange', out: algorithm.arrange?.(batch, ctx) ?? missing() };
    case 'explain': {
      const contribution = algorithm.explain?.(batch, ctx, Uint32Array.from(vector.rows)) ?? missing();
      return { call: 'explain', out: { contribution } };
    }
    case 'fit':
      return { call: 'fit', out: { state: algorithm.fit?.(batch, ctx) ?? missing() } };
  }
}

describe('the packed algorithms', () => {
  let folder: string;
  let index: PackedAlgorithm[];
  const read = (file: string): Promise<string> => readFile(join(folder, file), 'utf8');

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'locker-pack-'));
    index = await packAlgorithms(undefined, folder);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('all are there, hash to what is told of them, and pack to the same bytes again', async () => {
    const folders = await readdir(join(import.meta.dirname, '../algorithms'));
    const own = folders.filter((name) =>
      existsSync(join(import.meta.dirname, '../algorithms', name, 'algorithm.json')),
    );
    expect(index).toHaveLength(own.length);
    expect((await readdir(join(folder, 'metadata'))).toSorted()).toEqual([
      '1.app.json',
      '1.root.json',
      '1.snapshot.json',
      '1.targets.json',
      'timestamp.json',
    ]);
    for (const { file, sha256 } of index) {
      expect(
        createHash('sha256')
          .update(await read(file))
          .digest('hex'),
      ).toBe(sha256);
    }
    expect(await packAlgorithms(undefined, folder)).toEqual(index);
  });

  test('each answers its vectors as expected, with nothing but the language around it', async () => {
    for (const { file } of index) {
      const packed = AlgorithmPackage.parse(JSON.parse(await read(file)));
      expect(packed.vectors.length, file).toBeGreaterThan(1);
      for (const raw of packed.vectors) {
        const vector = Vector.parse(raw);
        const answer = answerOf(load(packed.code), packed, vector);
        expect(vectorDifference(packed.manifest, vector, answer), `${file}: ${vector.name}`).toBeNull();
      }
    }
  });

  test('a vector that expects something else is noticed', async () => {
    const packed = AlgorithmPackage.parse(JSON.parse(await read('org.datalocker.newest-first.json')));
    const vector = Vector.parse({ ...(packed.vectors[0] as object), expect: { score: [0, -1.5, null, -1e-9] } });
    expect(vectorDifference(packed.manifest, vector, answerOf(load(packed.code), packed, vector))).toBe(
      'score[3]: 0 instead of -1e-9',
    );
  });

  test('manifests keep their promises: explained, every preset allowed, a page and vectors to each', async () => {
    for (const { file } of index) {
      const { manifest, page, code } = AlgorithmPackage.parse(JSON.parse(await read(file)));
      const algorithm = load(code);
      const call = { ranker: 'score', blocker: 'decide', damper: 'dampen', reranker: 'arrange' } as const;
      expect(typeof algorithm[call[manifest.kind]], file).toBe('function');
      expect(algorithm.explain !== undefined, file).toBe(manifest.contributions.length > 0);
      expect(page.length, file).toBeGreaterThan(500);
      const columns = new Set<string>([...manifest.needs.post, ...manifest.needs.author]);
      for (const contribution of manifest.contributions)
        for (const column of contribution.columns) expect(columns.has(column), `${file} ${column}`).toBe(true);
      for (const chosen of [defaultSettings(manifest), ...manifest.presets.map(({ settings }) => settings)])
        for (const [key, value] of Object.entries(chosen)) {
          const setting = manifest.settings.find((one) => one.key === key);
          if (setting?.type === 'number') {
            expect(value, `${file} ${key}`).toBeGreaterThanOrEqual(setting.min);
            expect(value, `${file} ${key}`).toBeLessThanOrEqual(setting.max);
            const steps = (Number(value) - setting.min) / setting.step;
            expect(Math.abs(steps - Math.round(steps)), `${file} ${key} ${String(value)}`).toBeLessThan(1e-6);
          } else if (setting?.type === 'enum') {
            expect(setting.options.map((option) => option.value)).toContain(value);
          } else expect(setting?.type === 'boolean' && typeof value === 'boolean', `${file} ${key}`).toBe(true);
        }
    }
  });
});
