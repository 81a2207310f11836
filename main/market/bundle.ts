import { join } from 'node:path';
import { CatalogueEntry } from '../../protocol/catalogue.ts';
import { LockerError } from '../../protocol/errors.ts';
import { readFileOf } from './folder-source.ts';
import { packageText } from './package-bytes.ts';
import { createTufClient, type FoundTarget, type TufClient } from './tuf/client.ts';
import { MAX_BYTES } from './tuf/limits.ts';
import type { RepositorySource } from './tuf/source.ts';

/** A package that came with the app. */
export interface BundledPackage {
  readonly entry: CatalogueEntry;
  /** SHA-256 of its bytes. */
  readonly hash: string;
  readonly target: FoundTarget;
}

/** The repository that came with the app: verified by its own root, from its folder, and never asked for elsewhere. */
export interface Bundle {
  readonly packages: readonly BundledPackage[];
  /** Past its ten years nothing is installed from it any more; what is installed runs on. */
  expiredAt(now: number): boolean;
  /** The package's bytes, as they were signed. @throws {LockerError} repository_invalid */
  read(bundled: BundledPackage): Promise<string>;
}

/** Packages lie beside the metadata, one file per algorithm: there is one version of each. */
function bundleSource(folder: string): RepositorySource {
  return {
    metadata: (name, maxBytes) => readFileOf(join(folder, 'metadata', name), maxBytes),
    target: (path, maxBytes) => readFileOf(join(folder, `${path.split('/')[0] ?? ''}.json`), maxBytes),
  };
}

/** @throws {LockerError} repository_invalid, repository_unsigned, fetch_failed */
export async function openBundle(folder: string): Promise<Bundle> {
  const source = bundleSource(folder);
  const root = await source.metadata('1.root.json', MAX_BYTES.root);
  if (root === null) throw new LockerError('fetch_failed', { detail: 'no shipped algorithms' });
  const client = createTufClient({ trusted: new Map([['root', root]]), source, now: 0, evenExpired: true });
  await client.refresh();
  const { targets } = await client.list();
  return {
    packages: targets.map((target) => bundledPackage(target)),
    expiredAt: (now) => earliestExpiry(client) <= now,
    read: async ({ target }) => packageText(await client.download(target)),
  };
}

function bundledPackage(target: FoundTarget): BundledPackage {
  const entry = CatalogueEntry.safeParse(target.file.custom);
  const { sha256 } = target.file.hashes;
  if (!entry.success || sha256 === undefined) throw new LockerError('repository_invalid', { detail: target.path });
  return { entry: entry.data, hash: sha256, target };
}

function earliestExpiry(client: TufClient): number {
  const parts = [client.root().signed, client.timestamp()?.signed];
  return Math.min(...parts.map((part) => Date.parse(part?.expires ?? '')));
}
