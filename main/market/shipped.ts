import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { AlgorithmPackage } from '../../protocol/manifest.ts';

const PACKAGE_MAX_BYTES = 1024 * 1024;

const ShippedIndex = z.array(
  z.strictObject({
    id: z.string(),
    version: z.string(),
    file: z.string().regex(/^[a-z0-9.-]+\.json$/),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
);
export type ShippedIndex = z.infer<typeof ShippedIndex>;

/** Lower-case hex SHA-256 of a text's UTF-8 bytes. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The list of packages that came with the app; empty when none were packed. */
export async function readShippedIndex(folder: string): Promise<ShippedIndex> {
  let text: string;
  try {
    text = await readFile(join(folder, 'index.json'), 'utf8');
  } catch (cause) {
    throw new LockerError('algorithm_invalid', { detail: 'no index of the shipped algorithms', cause });
  }
  return ShippedIndex.parse(JSON.parse(text));
}

/** A shipped package's bytes, which hash to what the index says. */
export async function readShippedPackage(folder: string, entry: ShippedIndex[number]): Promise<string> {
  const bytes = await readFile(join(folder, entry.file), 'utf8');
  if (sha256(bytes) !== entry.sha256) throw new LockerError('algorithm_tampered', { detail: entry.id });
  return bytes;
}

/** @throws {LockerError} algorithm_invalid */
export function parsePackage(bytes: string): AlgorithmPackage {
  if (Buffer.byteLength(bytes) > PACKAGE_MAX_BYTES)
    throw new LockerError('algorithm_invalid', { detail: 'larger than 1 MB' });
  let json: unknown;
  try {
    json = JSON.parse(bytes);
  } catch (cause) {
    throw new LockerError('algorithm_invalid', { detail: 'not JSON', cause });
  }
  const parsed = AlgorithmPackage.safeParse(json);
  if (!parsed.success)
    throw new LockerError('algorithm_invalid', { detail: parsed.error.issues[0]?.path.join('.') ?? 'shape' });
  return parsed.data;
}
