import { LockerError } from '../../protocol/errors.ts';
import { LocalText, type AlgorithmPackage, type Manifest } from '../../protocol/manifest.ts';
import type { Tier } from '../../protocol/sandbox-run.ts';
import type { Store } from '../store/index.ts';
import { parsePackage, sha256 } from './package-bytes.ts';

export interface InstalledAlgorithm {
  manifest: Manifest;
  /** SHA-256 of the package's bytes. */
  packageHash: string;
  tier: Tier;
  /** The algorithm's page, in Markdown. */
  page: string;
  /** Milliseconds UTC; null: it runs. */
  suspendedUntil: number | null;
  /** The repository it came from; null: with the app, or from a file. */
  repository: string | null;
  /** Why its repository took it back, and whether the owner runs it nevertheless; null: it was not. */
  revoked: { reason: string; overridden: boolean } | null;
}

/** What the feed needs to run an algorithm. */
export interface LoadedAlgorithm extends InstalledAlgorithm {
  code: string;
  /** SHA-256 of the code, as the sandbox host takes it. */
  hash: string;
}

/** The installed algorithms, checked each time they are taken. */
export interface Shelf {
  /** To run it. @throws {LockerError} algorithm_not_found, algorithm_tampered, algorithm_revoked */
  load(id: string): Promise<LoadedAlgorithm>;
  /** To look at it. @throws {LockerError} algorithm_not_found, algorithm_tampered */
  look(id: string): Promise<LoadedAlgorithm>;
  /** All whose stored bytes are as they were installed, also those that were taken back. */
  all(): Promise<LoadedAlgorithm[]>;
}

/** A package whose bytes were checked. */
interface Checked {
  packed: AlgorithmPackage;
  codeHash: string;
}

/** The reason a repository signed, in the owner's language. */
export function reasonText(json: string): string {
  return LocalText.parse(JSON.parse(json))['en'] ?? '';
}

/** A package as it would be run, without installing it. @throws {LockerError} algorithm_invalid */
export function examinePackage(bytes: string, tier: Tier): LoadedAlgorithm {
  const { manifest, page, code } = parsePackage(bytes);
  const unknown = { repository: null, revoked: null, suspendedUntil: null };
  return { manifest, page, code, hash: sha256(code), packageHash: sha256(bytes), tier, ...unknown };
}

export function openShelf(
  store: Pick<Store, 'read'>,
  now: () => number,
  shippedHashes: () => Promise<ReadonlySet<string>>,
): Shelf {
  /** By the hash of their bytes: equal bytes need not be parsed again. */
  const checked = new Map<string, Checked>();

  /** The package, if the stored bytes are the ones that were installed, and in the fast tier the ones that shipped. */
  function verified(
    row: { id: string; hash: string; tier: Tier; package: string },
    shipped: ReadonlySet<string>,
  ): Checked {
    if (sha256(row.package) !== row.hash || (row.tier === 'fast' && !shipped.has(row.hash)))
      throw new LockerError('algorithm_tampered', { detail: row.id });
    const known = checked.get(row.hash);
    if (known !== undefined) return known;
    const packed = parsePackage(row.package);
    const fresh = { packed, codeHash: sha256(packed.code) };
    checked.set(row.hash, fresh);
    return fresh;
  }

  async function loadAll(ids: string[]): Promise<{ id: string; loaded: LoadedAlgorithm | undefined }[]> {
    const shipped = await shippedHashes();
    const rows = await store.read('market.packages', { ids });
    return rows.map((row) => {
      try {
        const { packed, codeHash } = verified(row, shipped);
        const suspended = row.suspendedUntil !== null && row.suspendedUntil > now() ? row.suspendedUntil : null;
        const loaded = {
          manifest: packed.manifest,
          packageHash: row.hash,
          tier: row.tier,
          page: packed.page,
          suspendedUntil: suspended,
          repository: row.repository,
          revoked: row.revoked === null ? null : { reason: reasonText(row.revoked), overridden: row.overridden },
          code: packed.code,
          hash: codeHash,
        };
        return { id: row.id, loaded };
      } catch (error) {
        if (error instanceof LockerError && error.code === 'algorithm_tampered')
          return { id: row.id, loaded: undefined };
        throw error;
      }
    });
  }

  async function look(id: string): Promise<LoadedAlgorithm> {
    const [row] = await loadAll([id]);
    if (row === undefined) throw new LockerError('algorithm_not_found', { detail: id });
    if (row.loaded === undefined) throw new LockerError('algorithm_tampered', { detail: id });
    return row.loaded;
  }

  return {
    look,
    async load(id) {
      const loaded = await look(id);
      if (loaded.revoked !== null && !loaded.revoked.overridden)
        throw new LockerError('algorithm_revoked', { detail: loaded.revoked.reason });
      return loaded;
    },
    async all() {
      const rows = await store.read('market.list', {});
      const loaded = await loadAll(rows.map(({ id }) => id));
      return loaded.flatMap(({ loaded }) => (loaded === undefined ? [] : [loaded]));
    },
  };
}
