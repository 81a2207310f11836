import { LockerError } from '../../protocol/errors.ts';
import type { AlgorithmPackage } from '../../protocol/manifest.ts';
import type { AlgorithmCard } from '../../protocol/owner/feed.ts';
import type { Tier } from '../../protocol/sandbox-run.ts';
import type { Store } from '../store/index.ts';
import { readsInWords } from './reads.ts';
import { openBundle, type Bundle } from './bundle.ts';
import { parsePackage, sha256 } from './package-bytes.ts';
import { createRepositories } from './repositories.ts';
import { createStorefront, type Storefront } from './storefront.ts';
import { openShelf, type InstalledAlgorithm, type LoadedAlgorithm } from './shelf.ts';
import { countFailures } from './suspension.ts';
import { runVectors, vectorProblem, type SandboxRunner } from './vector-run.ts';
import type { FileFetcher } from './web-source.ts';

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
  /** Asks repositories that have an address; without it none is asked. */
  fetchFile?: FileFetcher;
}

export interface Market extends Storefront {
  /** Brings the installed algorithms to what came with the app; what is already there is left alone. */
  installShipped(): Promise<ShippedReport>;
  /** Installs a package from elsewhere, in the hardened tier, after its vectors agreed. @throws {LockerError} algorithm_invalid */
  install(bytes: string, origin?: string): Promise<InstalledAlgorithm>;
  /** Removes one that was installed. @throws {LockerError} algorithm_not_found */
  remove(id: string): Promise<void>;
  /** All that can be run; those whose stored bytes were changed are left out (`load` says so). */
  installed(): Promise<InstalledAlgorithm[]>;
  cards(): Promise<AlgorithmCard[]>;
  source(id: string): Promise<{ code: string; page: string }>;
  /** Reads and hashes again, to run it. @throws {LockerError} algorithm_not_found, algorithm_tampered, algorithm_revoked */
  load(id: string): Promise<LoadedAlgorithm>;
  /** Notes that a run failed: the third time in ten minutes it is suspended. @returns until when, or null */
  recordFailure(id: string): Promise<number | null>;
  /** Ends a suspension. @throws {LockerError} algorithm_not_found */
  resume(id: string): Promise<void>;
}

/** Stands in where nothing may be asked for. */
async function nothingFetched(): Promise<never> {
  throw new LockerError('fetch_failed', { detail: 'no network' });
}

export function createMarket({
  store,
  sandbox,
  now,
  shippedFolder,
  fetchFile = nothingFetched,
}: MarketOptions): Market {
  const failures = countFailures();
  let opened: Promise<Bundle> | undefined;

  function bundle(): Promise<Bundle> {
    opened ??= openBundle(shippedFolder);
    return opened;
  }

  /** Without a bundle that holds together nothing is known to have shipped; what came from elsewhere runs on. */
  async function shippedHashes(): Promise<ReadonlySet<string>> {
    try {
      return new Set((await bundle()).packages.map(({ hash }) => hash));
    } catch (error) {
      if (error instanceof LockerError) return new Set();
      throw error;
    }
  }

  const shelf = openShelf(store, now, shippedHashes);

  async function put(packed: AlgorithmPackage, bytes: string, tier: Tier, origin: string | null): Promise<void> {
    const { id, version } = packed.manifest;
    await store.write('market.put', { id, version, hash: sha256(bytes), tier, package: bytes, origin });
    failures.forget(id);
  }

  async function install(bytes: string, origin: string | null): Promise<InstalledAlgorithm> {
    const packed = parsePackage(bytes);
    const { id } = packed.manifest;
    const { packages } = await bundle();
    if (packages.some(({ entry }) => entry.id === id))
      throw new LockerError('algorithm_invalid', { detail: `${id} comes with the app` });
    const vectors = await runVectors(packed, 'hardened', sandbox);
    if (!vectors.ok) {
      if ('failure' in vectors && vectors.failure === 'unavailable') throw new LockerError('sandbox_unavailable');
      throw new LockerError('algorithm_invalid', { detail: vectorProblem(vectors) });
    }
    await put(packed, bytes, 'hardened', origin);
    return shelf.look(id);
  }

  const storefront = createStorefront({
    repositories: createRepositories({ store, now, fetchFile }),
    store,
    shelf,
    bundle,
    sandbox,
    install,
  });

  return {
    ...storefront,

    async installShipped() {
      const shipped = await bundle();
      const rows = new Map((await store.read('market.list', {})).map((row) => [row.id, row]));
      const report: ShippedReport = { installed: [], unchanged: [], removed: [], refused: [] };
      for (const one of shipped.packages) {
        const { id } = one.entry;
        const row = rows.get(id);
        if (row?.tier === 'fast' && row.hash === one.hash) {
          report.unchanged.push(id);
          continue;
        }
        if (shipped.expiredAt(now())) {
          report.refused.push({ id, why: 'what came with the app is past its ten years' });
          continue;
        }
        const bytes = await shipped.read(one);
        const packed = parsePackage(bytes);
        const vectors = await runVectors(packed, 'fast', sandbox);
        // Without a sandbox nothing can be checked, and nothing runs either: a later run fails by itself.
        if (!vectors.ok && !('failure' in vectors && vectors.failure === 'unavailable')) {
          report.refused.push({ id, why: vectorProblem(vectors) });
          continue;
        }
        await put(packed, bytes, 'fast', null);
        report.installed.push(id);
      }
      const ids = new Set(shipped.packages.map(({ entry }) => entry.id));
      for (const { id, tier } of rows.values()) {
        if (tier !== 'fast' || ids.has(id)) continue;
        await store.write('market.remove', { id });
        report.removed.push(id);
      }
      return report;
    },

    install: (bytes, origin) => install(bytes, origin ?? null),

    async remove(id) {
      if ((await bundle()).packages.some(({ entry }) => entry.id === id))
        throw new LockerError('algorithm_invalid', { detail: `${id} comes with the app` });
      if (!(await store.write('market.remove', { id }))) throw new LockerError('algorithm_not_found', { detail: id });
      failures.forget(id);
    },

    installed: () => shelf.all(),
    load: (id) => shelf.load(id),

    async cards() {
      return (await shelf.all()).map(({ manifest, packageHash, tier, suspendedUntil, repository, revoked }) => ({
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
        repository,
        revoked,
        manifest,
      }));
    },

    async source(id) {
      const { code, page } = await shelf.look(id);
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
