import type {
  CatalogueQuery,
  Catalogue,
  CatalogueItem,
  InstallPackage,
  PackagePage,
} from '../../protocol/owner/market.ts';
import type { Repository, RepositoryLook } from '../../protocol/owner/market.ts';
import { isDeepStrictEqual } from 'node:util';
import { catalogueEntryOf } from '../../protocol/catalogue.ts';
import { LockerError } from '../../protocol/errors.ts';
import type { Store } from '../store/index.ts';
import type { Bundle } from './bundle.ts';
import { catalogueItems, isWanted, type Offered } from './catalogue.ts';
import { packageText, parsePackage, sha256 } from './package-bytes.ts';
import { readsInWords } from './reads.ts';
import type { Place, RepositoryShelf } from './repositories.ts';
import { examinePackage, type InstalledAlgorithm, type LoadedAlgorithm, type Shelf } from './shelf.ts';
import { runVectors, vectorProblem, type SandboxRunner } from './vector-run.ts';
import { compareVersions } from './version-order.ts';
import { widerReads } from './wider-needs.ts';

/** The id under which what came with the app is shown among the repositories. */
const BUNDLED = 'bundled';
const BUNDLED_NAME = 'Data Locker';

/** What the owner can choose from, and the act of choosing. */
export interface Storefront {
  repositories(): Promise<Repository[]>;
  lookAtRepository(place: Place): Promise<RepositoryLook>;
  /** @throws {LockerError} repository_unconfirmed, repository_exists, and what looking throws */
  addRepository(place: Place, name: string, fingerprint: string): Promise<Repository>;
  /** What was installed from it stays. @throws {LockerError} repository_not_found */
  removeRepository(id: string): Promise<void>;
  /** @throws {LockerError} what kept it from being refreshed */
  refreshRepository(id: string): Promise<Repository>;
  refreshRepositories(): Promise<void>;
  catalogue(query: CatalogueQuery): Promise<Catalogue>;
  /** Fetches a package and tries it, without installing it. @throws {LockerError} algorithm_not_offered, algorithm_invalid, … */
  packagePage(repository: string, id: string, version?: string): Promise<PackagePage>;
  /** Fetches a package to try it on the owner's posts. @throws {LockerError} as `packagePage` */
  examine(repository: string, id: string, version: string): Promise<LoadedAlgorithm>;
  /** @throws {LockerError} algorithm_older, algorithm_reads_more, algorithm_revoked, algorithm_invalid, clock_behind, … */
  installFrom(repository: string, id: string, act: InstallPackage): Promise<InstalledAlgorithm>;
  /** Runs what was taken back nevertheless, or no longer. @throws {LockerError} algorithm_not_found */
  override(id: string, run: boolean): Promise<void>;
}

export interface StorefrontOptions {
  readonly repositories: RepositoryShelf;
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly shelf: Shelf;
  readonly bundle: () => Promise<Bundle>;
  readonly sandbox: SandboxRunner;
  /** Installs a package from the repository. */
  readonly install: (bytes: string, repository: string) => Promise<InstalledAlgorithm>;
}

export function createStorefront({
  repositories,
  store,
  shelf,
  bundle,
  sandbox,
  install,
}: StorefrontOptions): Storefront {
  async function bundled(): Promise<Offered[]> {
    try {
      return [...(await bundle()).packages];
    } catch (error) {
      if (error instanceof LockerError) return [];
      throw error;
    }
  }

  async function viewOf(id: string): Promise<Repository> {
    const found = (await views()).find((one) => one.id === id);
    if (found === undefined) throw new LockerError('repository_not_found');
    return found;
  }

  async function views(): Promise<Repository[]> {
    const app: Repository = {
      id: BUNDLED,
      name: BUNDLED_NAME,
      kind: 'bundled',
      place: '',
      fingerprint: '',
      refreshedAt: null,
      problem: null,
      packages: (await bundled()).length,
    };
    const views = [app];
    for (const { id, name, kind, place, fingerprint, refreshed, problem } of await repositories.list()) {
      const packages = new Set((await repositories.offered(id)).map(({ entry }) => entry.id)).size;
      views.push({ id, name, kind, place, fingerprint, refreshedAt: refreshed, problem, packages });
    }
    return views;
  }

  /** All items, of one repository or of each. */
  async function items(only?: string): Promise<CatalogueItem[]> {
    const installed = await shelf.all();
    const from = (repository: string | null): ReadonlyMap<string, string> =>
      new Map(
        installed.filter((one) => one.repository === repository).map(({ manifest }) => [manifest.id, manifest.version]),
      );
    const all: CatalogueItem[] = [];
    if (only === undefined || only === BUNDLED) {
      const options = { repository: BUNDLED, repositoryName: BUNDLED_NAME, installed: from(null), revoked: new Map() };
      all.push(...catalogueItems(await bundled(), options));
    }
    for (const { id, name } of await repositories.list()) {
      if (only !== undefined && only !== id) continue;
      const revoked = await repositories.revoked(id);
      const options = { repository: id, repositoryName: name, installed: from(id), revoked };
      all.push(...catalogueItems(await repositories.offered(id), options));
    }
    return all.toSorted((one, other) => one.name.localeCompare(other.name));
  }

  async function itemOf(repository: string, id: string): Promise<CatalogueItem> {
    const found = (await items(repository)).find((item) => item.id === id);
    if (found === undefined) throw new LockerError('algorithm_not_offered', { detail: id });
    return found;
  }

  /** A package's bytes, which are what the repository says they are: this algorithm in this version. */
  async function fetched(repository: string, id: string, version: string): Promise<string> {
    let bytes: string;
    if (repository === BUNDLED) {
      const open = await bundle();
      const one = open.packages.find(({ entry }) => entry.id === id && entry.version === version);
      if (one === undefined) throw new LockerError('algorithm_not_offered', { detail: id });
      bytes = await open.read(one);
    } else bytes = packageText(await repositories.fetch(repository, id, version));
    const { manifest } = parsePackage(bytes);
    if (manifest.id !== id || manifest.version !== version)
      throw new LockerError('algorithm_invalid', { detail: `says it is ${manifest.id} ${manifest.version}` });
    const offered = repository === BUNDLED ? await bundled() : await repositories.offered(repository);
    const shown = offered.find(({ entry }) => entry.id === id && entry.version === version)?.entry;
    // Above all of what it reads: the owner may have chosen by the catalogue.
    if (!isDeepStrictEqual(shown, catalogueEntryOf(manifest)))
      throw new LockerError('algorithm_invalid', {
        detail: 'its catalogue entry says something else than its manifest',
      });
    return bytes;
  }

  async function installedOne(id: string): Promise<InstalledAlgorithm | undefined> {
    return (await shelf.all()).find(({ manifest }) => manifest.id === id);
  }

  return {
    repositories: views,
    lookAtRepository: (place) => repositories.look(place),
    addRepository: async (place, name, fingerprint) => viewOf(await repositories.add(place, name, fingerprint)),
    removeRepository: (id) => repositories.remove(id),
    async refreshRepository(id) {
      await repositories.refresh(id);
      return viewOf(id);
    },
    refreshRepositories: () => repositories.refreshAll(),
    async catalogue(query) {
      const all = await items();
      return {
        items: all.filter((item) => isWanted(item, query)),
        categories: [...new Set(all.flatMap(({ categories }) => categories))].toSorted(),
        languages: [...new Set(all.flatMap(({ languages }) => languages))].toSorted(),
      };
    },

    async packagePage(repository, id, version) {
      const item = await itemOf(repository, id);
      const wanted = version ?? item.version;
      const bytes = await fetched(repository, id, wanted);
      const packed = parsePackage(bytes);
      const hash = sha256(bytes);
      const vectors = await runVectors(packed, repository === BUNDLED ? 'fast' : 'hardened', sandbox);
      const had = await installedOne(id);
      const revoked = repository === BUNDLED ? undefined : (await repositories.revoked(repository)).get(hash);
      return {
        item,
        version: wanted,
        hash,
        bytes: Buffer.byteLength(bytes),
        source: packed.manifest.source,
        page: packed.page,
        code: packed.code,
        reads: readsInWords(packed.manifest.needs),
        newReads: had === undefined ? [] : widerReads(had.manifest.needs, packed.manifest.needs),
        older: had !== undefined && compareVersions(wanted, had.manifest.version) < 0,
        revoked: revoked ?? null,
        vectors: { count: packed.vectors.length, problem: vectors.ok ? null : vectorProblem(vectors) },
      };
    },

    async examine(repository, id, version) {
      return examinePackage(await fetched(repository, id, version), repository === BUNDLED ? 'fast' : 'hardened');
    },

    async installFrom(repository, id, { version, hash, older, readsMore }) {
      if (repository === BUNDLED) throw new LockerError('algorithm_invalid', { detail: `${id} comes with the app` });
      const bytes = await fetched(repository, id, version);
      if (sha256(bytes) !== hash)
        throw new LockerError('algorithm_invalid', { detail: 'it is not the package that was looked at' });
      const revoked = (await repositories.revoked(repository)).get(hash);
      if (revoked !== undefined) throw new LockerError('algorithm_revoked', { detail: revoked });
      const had = await installedOne(id);
      if (had !== undefined) {
        const { manifest } = had;
        if (had.repository !== repository)
          throw new LockerError('algorithm_invalid', { detail: `${id} came from elsewhere: remove it first` });
        if (compareVersions(version, manifest.version) < 0 && !older)
          throw new LockerError('algorithm_older', { detail: `${version} after ${manifest.version}` });
        const wider = widerReads(manifest.needs, parsePackage(bytes).manifest.needs);
        if (wider.length > 0 && !readsMore) throw new LockerError('algorithm_reads_more', { detail: wider.join('; ') });
      }
      return install(bytes, repository);
    },

    async override(id, run) {
      const { packageHash } = await shelf.look(id);
      await store.write('repositories.override', { hash: packageHash, run });
    },
  };
}
