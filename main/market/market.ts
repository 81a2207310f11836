import { LockerError } from '../../protocol/errors.ts';
import type { AlgorithmPackage } from '../../protocol/manifest.ts';
import type { AlgorithmCard } from '../../protocol/owner/feed.ts';
import type { Tier } from '../../protocol/sandbox-run.ts';
import type { Store } from '../store/index.ts';
import { readsInWords } from './reads.ts';
import { parsePackage, readShippedIndex, readShippedPackage, sha256, type ShippedIndex } from './shipped.ts';
import { openShelf, type InstalledAlgorithm, type LoadedAlgorithm } from './shelf.ts';
import { countFailures } from './suspension.ts';
import { runVectors, type SandboxRunner, type VectorReport } from './vector-run.ts';

/** What became of the shipped packages: a refused one is not run, and says why. */
export interface ShippedReport {
  installed: string[];
  unchanged: string[];
  removed: string[];
  refused: { id: string; why: string }[];
}

export interface MarketOptions {
  store: Pick<Store, 'read' | 'write'>;
  sandbox: SandboxRunner;
  /** Milliseconds UTC. */
  now: () => number;
  /** Folder of the packages that came with the app. */
  shippedFolder: string;
}

export interface Market {
  /** Brings the installed algorithms to what came with the app; what is already there is left alone. */
  installShipped(): Promise<ShippedReport>;
  /** Installs a package from elsewhere, in the hardened tier, after its vectors agreed. @throws {LockerError} algorithm_invalid */
  install(bytes: string): Promise<InstalledAlgorithm>;
  /** Removes one that was installed. @throws {LockerError} algorithm_not_found */
  remove(id: string): Promise<void>;
  /** All that can be run; those whose stored bytes were changed are left out (`load` says so). */
  installed(): Promise<InstalledAlgorithm[]>;
  cards(): Promise<AlgorithmCard[]>;
  source(id: string): Promise<{ code: string; page: string }>;
  /** Reads and hashes again. @throws {LockerError} algorithm_not_found, algorithm_tampered */
  load(id: string): Promise<LoadedAlgorithm>;
  /** Notes that a run failed: the third time in ten minutes it is suspended. @returns until when, or null */
  recordFailure(id: string): Promise<number | null>;
  /** Ends a suspension. @throws {LockerError} algorithm_not_found */
  resume(id: string): Promise<void>;
}

function why(report: Exclude<VectorReport, { ok: true }>): string {
  return `vector "${report.vector}": ${'difference' in report ? report.difference : report.failure}`;
}

export function createMarket({ store, sandbox, now, shippedFolder }: MarketOptions): Market {
  const failures = countFailures();
  let index: Promise<ShippedIndex> | undefined;

  async function shippedIndex(): Promise<ShippedIndex> {
    index ??= readShippedIndex(shippedFolder);
    return index;
  }

  async function shippedHashes(): Promise<ReadonlySet<string>> {
    return new Set((await shippedIndex()).map(({ sha256: hash }) => hash));
  }

  const shelf = openShelf(store, now, shippedHashes);

  async function put(packed: AlgorithmPackage, bytes: string, tier: Tier): Promise<void> {
    const { id, version } = packed.manifest;
    await store.write('market.put', { id, version, hash: sha256(bytes), tier, package: bytes });
    failures.forget(id);
  }

  return {
    async installShipped() {
      const shipped = await shippedIndex();
      const rows = new Map((await store.read('market.list', {})).map((row) => [row.id, row]));
      const report: ShippedReport = { installed: [], unchanged: [], removed: [], refused: [] };
      for (const entry of shipped) {
        const row = rows.get(entry.id);
        if (row?.tier === 'fast' && row.hash === entry.sha256) {
          report.unchanged.push(entry.id);
          continue;
        }
        const bytes = await readShippedPackage(shippedFolder, entry);
        const packed = parsePackage(bytes);
        const vectors = await runVectors(packed, 'fast', sandbox);
        // Without a sandbox nothing can be checked, and nothing runs either: a later run fails by itself.
        if (!vectors.ok && !('failure' in vectors && vectors.failure === 'unavailable')) {
          report.refused.push({ id: entry.id, why: why(vectors) });
          continue;
        }
        await put(packed, bytes, 'fast');
        report.installed.push(entry.id);
      }
      const ids = new Set(shipped.map(({ id }) => id));
      for (const { id, tier } of rows.values()) {
        if (tier !== 'fast' || ids.has(id)) continue;
        await store.write('market.remove', { id });
        report.removed.push(id);
      }
      return report;
    },

    async install(bytes) {
      const packed = parsePackage(bytes);
      const { id } = packed.manifest;
      const shipped = await shippedIndex();
      if (shipped.some((entry) => entry.id === id))
        throw new LockerError('algorithm_invalid', { detail: `${id} comes with the app` });
      const vectors = await runVectors(packed, 'hardened', sandbox);
      if (!vectors.ok) {
        if ('failure' in vectors && vectors.failure === 'unavailable') throw new LockerError('sandbox_unavailable');
        throw new LockerError('algorithm_invalid', { detail: why(vectors) });
      }
      await put(packed, bytes, 'hardened');
      return shelf.load(id);
    },

    async remove(id) {
      if (!(await store.write('market.remove', { id }))) throw new LockerError('algorithm_not_found', { detail: id });
      failures.forget(id);
    },

    installed: () => shelf.all(),
    load: (id) => shelf.load(id),

    async cards() {
      return (await shelf.all()).map(({ manifest, packageHash, tier, suspendedUntil }) => ({
        id: manifest.id,
        version: manifest.version,
        hash: packageHash,
        kind: manifest.kind,
        name: manifest.name['en'] ?? manifest.id,
        summary: manifest.summary['en'] ?? '',
        lifts: manifest.lifts?.['en'] ?? null,
        sinks: manifest.sinks?.['en'] ?? null,
        reads: readsInWords(manifest.needs),
        tier,
        suspendedUntil,
        manifest,
      }));
    },

    async source(id) {
      const { code, page } = await shelf.load(id);
      return { code, page };
    },

    async recordFailure(id) {
      const until = failures.add(id, now());
      if (until !== null) await store.write('market.suspend', { id, until });
      return until;
    },

    async resume(id) {
      failures.forget(id);
      if (!(await store.write('market.suspend', { id, until: null })))
        throw new LockerError('algorithm_not_found', { detail: id });
    },
  };
}
