import { createHash, randomBytes } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { RevocationEntry, REVOKED_FOLDER, packagePath } from '../../protocol/catalogue.ts';
import { LockerError } from '../../protocol/errors.ts';
import type { RepositoryLook } from '../../protocol/owner/market.ts';
import type { Store } from '../store/index.ts';
import { packagesOf, type Offered } from './catalogue.ts';
import { folderSource } from './folder-source.ts';
import { createTufClient, type TufClient } from './tuf/client.ts';
import { reasonText } from './shelf.ts';
import { MAX_BYTES } from './tuf/limits.ts';
import { readRoot, requireSigned } from './tuf/metadata.ts';
import type { RepositorySource } from './tuf/source.ts';
import { webSource, type FileFetcher } from './web-source.ts';

/** Where a repository is. */
export interface Place {
  readonly kind: 'address' | 'folder';
  readonly place: string;
}

export interface KeptRepository extends Place {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  readonly refreshed: number | null;
  readonly problem: string | null;
  readonly newest: number;
}

/** The repositories the owner added: what was verified of them, and what they offer. */
export interface RepositoryShelf {
  /** What is there says of itself. @throws {LockerError} fetch_failed, address_refused, address_invalid, repository_invalid */
  look(place: Place): Promise<RepositoryLook>;
  /** Believes it from now on, and refreshes it. @throws {LockerError} as `look`, repository_unconfirmed, repository_exists */
  add(place: Place, name: string, fingerprint: string): Promise<string>;
  /** @throws {LockerError} repository_not_found */
  remove(id: string): Promise<void>;
  list(): Promise<KeptRepository[]>;
  /** @throws {LockerError} what kept it from being refreshed; what was verified before stays */
  refresh(id: string): Promise<void>;
  /** Refreshes all, one after the other; each keeps its own problem. */
  refreshAll(): Promise<void>;
  /** What one offers, by what is kept; nothing is asked for. */
  offered(id: string): Promise<Offered[]>;
  /** Packages it took back: reason by hash. */
  revoked(id: string): Promise<ReadonlyMap<string, string>>;
  /** A package's verified bytes, after a refresh. @throws {LockerError} as `refresh`, clock_behind, algorithm_not_offered, algorithm_revoked */
  fetch(id: string, algorithm: string, version: string): Promise<Uint8Array>;
}

export interface RepositoriesOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly now: () => number;
  readonly fetchFile: FileFetcher;
}

const DAY_MS = 86_400_000;
/** Where nothing is asked for: what isn't kept is missing. */
const NOWHERE: RepositorySource = { metadata: async () => null, target: async () => null };

/** @throws {LockerError} repository_not_found */
export function createRepositories({ store, now, fetchFile }: RepositoriesOptions): RepositoryShelf {
  const turns = new Map<string, Promise<unknown>>();
  const offers = new Map<string, { refreshed: number | null; offered: Offered[] }>();

  function sourceOf({ kind, place }: Place): RepositorySource {
    return kind === 'folder' ? folderSource(place) : webSource(place, fetchFile);
  }

  /** One refresh of a repository at a time. */
  function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(id) ?? Promise.resolve()).then(work);
    turns.set(
      id,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async function firstRoot(place: Place): Promise<Uint8Array> {
    if (place.kind === 'folder' && !isAbsolute(place.place)) throw new LockerError('address_invalid');
    const bytes = await sourceOf(place).metadata('1.root.json', MAX_BYTES.root);
    if (bytes === null) throw new LockerError('fetch_failed', { detail: 'no metadata/1.root.json there' });
    return bytes;
  }

  function lookAt(place: Place, bytes: Uint8Array): RepositoryLook {
    const root = readRoot(bytes);
    requireSigned(root, 'root', root);
    const { keyIDs, threshold } = root.signed.roles['root'] ?? { keyIDs: [], threshold: 0 };
    return {
      place: place.place,
      fingerprint: createHash('sha256').update(bytes).digest('hex'),
      threshold,
      keys: keyIDs.length,
      expiresAt: Date.parse(root.signed.expires),
    };
  }

  async function get(id: string): Promise<KeptRepository> {
    const found = (await store.read('repositories.list', {})).find((row) => row.id === id);
    if (found === undefined) throw new LockerError('repository_not_found');
    return found;
  }

  async function clientOf(id: string, source: RepositorySource, evenExpired: boolean): Promise<TufClient> {
    const rows = await store.read('repositories.metadata', { id });
    const trusted = new Map(rows.map(({ role, bytes }) => [role, bytes]));
    return createTufClient({ trusted, source, now: now(), evenExpired });
  }

  /** Refreshes and goes on with the same client; what was verified is stored in any case. */
  async function refreshed<T>(id: string, then: (client: TufClient) => Promise<T>): Promise<T> {
    return inTurn(id, async () => {
      const repository = await get(id);
      // Behind the newest signature, everything expired would pass for fresh.
      if (now() < repository.newest) throw new LockerError('clock_behind');
      const client = await clientOf(id, sourceOf(repository), false);
      let problem: string | null = null;
      let revoked: { hash: string; reason: string }[] | null = null;
      try {
        await client.refresh();
        revoked = revokedOf(await client.list());
        return await then(client);
      } catch (error) {
        problem = revoked !== null ? null : error instanceof LockerError ? error.code : 'internal';
        throw error;
      } finally {
        const changes = Array.from(client.changes(), ([role, bytes]) => ({
          role,
          bytes: bytes === null ? null : new Uint8Array(bytes),
        }));
        await store.write('repositories.refreshed', {
          id,
          changes,
          problem,
          newest: revoked === null ? 0 : signedAt(client, now()),
          revoked,
        });
        offers.delete(id);
      }
    });
  }

  return {
    look: async (place) => lookAt(place, await firstRoot(place)),
    async add(place, name, fingerprint) {
      const root = await firstRoot(place);
      if (lookAt(place, root).fingerprint !== fingerprint) throw new LockerError('repository_unconfirmed');
      const id = randomBytes(8).toString('hex');
      await store.write('repositories.add', { id, name, ...place, fingerprint, root: new Uint8Array(root) });
      try {
        await refreshed(id, async () => undefined);
      } catch (error) {
        if (!(error instanceof LockerError)) throw error;
        // It is kept, and shows its problem.
      }
      return id;
    },
    async remove(id) {
      if (!(await store.write('repositories.remove', { id }))) throw new LockerError('repository_not_found');
      offers.delete(id);
    },
    list: () => store.read('repositories.list', {}),
    refresh: (id) => refreshed(id, async () => undefined),
    async refreshAll() {
      for (const { id } of await store.read('repositories.list', {})) {
        try {
          await refreshed(id, async () => undefined);
        } catch (error) {
          if (!(error instanceof LockerError)) throw error;
        }
      }
    },
    async offered(id) {
      const { refreshed: at } = await get(id);
      const known = offers.get(id);
      if (known?.refreshed === at && known !== undefined) return known.offered;
      const client = await clientOf(id, NOWHERE, true);
      let offered: Offered[] = [];
      try {
        await client.resume();
        offered = packagesOf((await client.list()).targets);
      } catch (error) {
        // Never refreshed: it offers nothing yet.
        if (!(error instanceof LockerError)) throw error;
      }
      offers.set(id, { refreshed: at, offered });
      return offered;
    },
    async revoked(id) {
      const rows = await store.read('repositories.revocations', { id });
      return new Map(rows.map(({ hash, reason }) => [hash, reasonText(reason)]));
    },
    fetch: (id, algorithm, version) =>
      refreshed(id, async (client) => {
        const found = await client.find(packagePath(algorithm, version));
        if (found === undefined) throw new LockerError('algorithm_not_offered', { detail: `${algorithm} ${version}` });
        return client.download(found);
      }),
  };
}

/** When the timestamp says it was signed. Where it doesn't, a clock that is now right can be a day ahead of later ones. */
function signedAt(client: TufClient, now: number): number {
  const said = client.timestamp()?.signed.unrecognizedFields['signed_at'];
  const time = typeof said === 'string' ? Date.parse(said) : NaN;
  return Math.max(0, Math.floor(Number.isFinite(time) ? Math.min(time, now) : now - DAY_MS));
}

/** What the role for revocations names; others may not speak for its paths. */
function revokedOf({
  targets,
  unreadable,
}: Awaited<ReturnType<TufClient['list']>>): { hash: string; reason: string }[] {
  // Without this role nobody knows what is revoked, and a mirror could hold it back.
  const held = unreadable.find(({ role }) => role === 'revocations');
  if (held !== undefined) throw held.error;
  return targets.flatMap(({ path, role, file }) => {
    const [folder, hash = ''] = path.split('/');
    if (folder !== REVOKED_FOLDER || role !== 'revocations' || !/^[0-9a-f]{64}$/.test(hash)) return [];
    const entry = RevocationEntry.safeParse(file.custom);
    const reason = entry.success ? entry.data.reason : { en: 'Its repository took it back without a reason.' };
    return [{ hash, reason: JSON.stringify(reason) }];
  });
}
