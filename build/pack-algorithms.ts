/**
 * Packs every folder of `algorithms/` that holds an `algorithm.json` into one package file in `dist/algorithms/`, and
 * signs them as the repository that comes with the app (docs/decisions/0021). The same sources give the same packages;
 * the keys that sign are new each time and end with this process, so nobody can sign another state.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packFolder } from '../main/authoring/index.ts';
import { signBundle } from '../main/market/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

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

/**
 * Packs one algorithm's folder.
 *
 * @throws {Error} when its manifest, vectors or size are not valid
 */
export async function packAlgorithm(folder: string): Promise<PackedFile> {
  const { packed, bytes, sha256 } = await packFolder(folder, ROOT);
  const { id, version } = packed.manifest;
  return { id, version, file: `${id}.json`, sha256, bytes };
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
