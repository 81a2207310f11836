import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { Manifest, type AlgorithmPackage } from '../../protocol/manifest.ts';
import { parsePackage } from '../market/index.ts';
import { bundleCode } from './bundle-code.ts';

/** A package that was made of a folder. */
export interface PackedFolder {
  readonly packed: AlgorithmPackage;
  /** What is hashed, signed and installed. */
  readonly bytes: string;
  /** Lower-case hex SHA-256 of the bytes. */
  readonly sha256: string;
}

/** A JSON file of the author's. @throws LockerError algorithm_invalid, with the file and what is wrong in it */
async function readJson<T>(path: string, name: string, shape: z.ZodType<T>): Promise<T> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'cannot be read';
    throw new LockerError('algorithm_invalid', { detail: `${name}: ${why}`, cause });
  }
  const parsed = shape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new LockerError('algorithm_invalid', {
    detail: `${name}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  });
}

/**
 * Packs an algorithm's folder: `algorithm.json`, `index.ts`, the vectors, `page.md`.
 *
 * @param cwd from where the bundler names files: the same for the same bytes
 * @throws LockerError algorithm_invalid
 */
export async function packFolder(folder: string, cwd: string = folder): Promise<PackedFolder> {
  const manifest = await readJson(join(folder, 'algorithm.json'), 'algorithm.json', Manifest);
  const vectors = await readJson(join(folder, manifest.vectors), manifest.vectors, z.array(z.json()));
  const page = await readFile(join(folder, 'page.md'), 'utf8').catch((cause: unknown) => {
    throw new LockerError('algorithm_invalid', { detail: 'page.md is missing', cause });
  });
  const code = await bundleCode(join(folder, 'index.ts'), cwd);
  const bytes = JSON.stringify({ manifest, code, vectors, page });
  return { packed: parsePackage(bytes), bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
