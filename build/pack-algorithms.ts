/**
 * Packs every folder of `algorithms/` that holds an `algorithm.json` into one package file in `dist/algorithms/`, and
 * signs them as the repository that comes with the app (docs/decisions/0021). The same sources give the same packages;
 * the keys that sign are new each time and end with this process, so nobody can sign another state.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { z } from 'zod';
import { signBundle } from '../main/market/index.ts';
import { AlgorithmPackage, Manifest } from '../protocol/manifest.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGE_MAX_BYTES = 1024 * 1024;

/** A package that was written. */
export interface PackedAlgorithm {
  id: string;
  version: string;
  file: string;
  sha256: string;
}

/** A package as the bytes that are hashed and installed. */
export interface PackedFile extends PackedAlgorithm {
  bytes: string;
}

function sha256(bytes: string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The module at `entry` and what it imports, as one script body that assigns `module.exports`. */
async function bundle(entry: string): Promise<string> {
  const build = await rolldown({ input: entry, cwd: ROOT, platform: 'neutral', treeshake: true, logLevel: 'warn' });
  try {
    const { output } = await build.generate({
      format: 'iife',
      name: 'algorithm',
      exports: 'named',
      esModule: false,
      generatedCode: { symbols: false },
      minify: false,
      sourcemap: false,
      footer: 'module.exports = algorithm;',
    });
    return output[0].code;
  } finally {
    await build.close();
  }
}

/**
 * Packs one algorithm's folder.
 *
 * @throws {Error} when its manifest, vectors or size are not valid
 */
export async function packAlgorithm(folder: string): Promise<PackedFile> {
  const read = async (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const manifest = Manifest.parse(JSON.parse(await read('algorithm.json')));
  const packed = AlgorithmPackage.parse({
    manifest,
    code: await bundle(join(folder, 'index.ts')),
    vectors: z.array(z.json()).parse(JSON.parse(await read(manifest.vectors))),
    page: await read('page.md'),
  });
  const bytes = JSON.stringify(packed);
  if (Buffer.byteLength(bytes) > PACKAGE_MAX_BYTES) throw new Error(`${manifest.id} is larger than 1 MB`);
  return {
    id: manifest.id,
    version: manifest.version,
    file: `${manifest.id}.json`,
    sha256: sha256(bytes),
    bytes,
  };
}

/** Packs all algorithms of `source` and replaces the content of `target`. */
export async function packAlgorithms(
  source: string = join(ROOT, 'algorithms'),
  target: string = join(ROOT, 'dist/algorithms'),
): Promise<PackedAlgorithm[]> {
  const names = (await readdir(source)).sort().filter((name) => existsSync(join(source, name, 'algorithm.json')));
  const packed = await Promise.all(names.map(async (name) => packAlgorithm(join(source, name))));
  await mkdir(target, { recursive: true });
  const wanted = new Set(packed.map(({ file }) => file));
  for (const name of await readdir(target)) {
    if (name.endsWith('.json') && !wanted.has(name)) await rm(join(target, name));
  }
  for (const { file, bytes } of packed) await writeFile(join(target, file), bytes);
  await signBundle(target, packed);
  return packed.map(({ id, version, file, sha256: hash }) => ({ id, version, file, sha256: hash }));
}

if (import.meta.main) {
  const packed = await packAlgorithms();
  process.stdout.write(
    `Packed ${packed.length} algorithms into ${relative(process.cwd(), join(ROOT, 'dist/algorithms'))}\n`,
  );
}
