/**
 * The client of The Update Framework's specification 1.0, section 5, over metadata that the caller keeps. The models read
 * and verify one file; here is the order in which files are believed. Expiry is checked before anything is kept, so what
 * is kept never stands in for what should have been refreshed.
 */
import { createHash } from 'node:crypto';
import type { Metadata, Root, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';
import { LockerError } from '../../../protocol/errors.ts';
import { MAX_BYTES, MAX_ROLES, MAX_ROOTS } from './limits.ts';
import {
  invalid,
  readRoot,
  readSnapshot,
  readTargets,
  readTimestamp,
  requireFresh,
  requireSigned,
  type AnyMetadata,
  type Delegator,
} from './metadata.ts';
import { sameSigners } from './signers.ts';
import type { RepositorySource } from './source.ts';

/** Verified metadata by role, as the bytes that were signed. */
export type TrustedMetadata = ReadonlyMap<string, Uint8Array>;

export interface TufClientOptions {
  /** What was verified before; at least `root`. */
  readonly trusted: TrustedMetadata;
  readonly source: RepositorySource;
  /** Start of the refresh (5.1), milliseconds UTC. */
  readonly now: number;
  /** Past expiry counts as fresh: for showing what was known, and for what came with the program. */
  readonly evenExpired?: boolean;
}

/** A package the repository answers for. */
export interface FoundTarget {
  readonly path: string;
  readonly role: string;
  readonly file: TargetFile;
}

export interface TufClient {
  /** 5.3–5.6: the newest root, timestamp, snapshot and top-level targets. */
  refresh(): Promise<void>;
  /** Goes on with what was kept, and asks nobody: what isn't kept can't be found then. */
  resume(): Promise<void>;
  /** 5.6.7: the most trusted role's entry for a path. @returns undefined: none of them names it */
  find(path: string): Promise<FoundTarget | undefined>;
  /** All that can be found, by path; a role that can't be read is left out and named. */
  list(): Promise<{ targets: FoundTarget[]; unreadable: { role: string; error: LockerError }[] }>;
  /** 5.7: the bytes, of the length and hashes that were signed. */
  download(target: FoundTarget): Promise<Uint8Array>;
  /** What is to be kept since the client was made; null: to be forgotten. Also after a refresh that failed. */
  changes(): ReadonlyMap<string, Uint8Array | null>;
  root(): Metadata<Root>;
  timestamp(): Metadata<Timestamp> | undefined;
}

/** @throws LockerError repository_invalid, repository_unsigned; the methods also repository_expired, repository_rolled_back, fetch_failed */
export function createTufClient({ trusted, source, now, evenExpired = false }: TufClientOptions): TufClient {
  const kept = new Map(trusted);
  const changes = new Map<string, Uint8Array | null>();
  // 5.2
  let root = readRoot(kept.get('root') ?? new Uint8Array());
  requireSigned(root, 'root', root);
  let timestamp: Metadata<Timestamp> | undefined;
  let snapshot: Metadata<Snapshot> | undefined;
  const roles = new Map<string, Metadata<Targets>>();

  function keep(role: string, bytes: Uint8Array): void {
    kept.set(role, bytes);
    changes.set(role, bytes);
  }

  function fresh(metadata: AnyMetadata, role: string): void {
    if (!evenExpired) requireFresh(metadata, role, now);
  }

  function forget(role: string): void {
    if (kept.delete(role)) changes.set(role, null);
  }

  async function fetchMetadata(file: string, maxBytes: number): Promise<Uint8Array> {
    const bytes = await source.metadata(file, maxBytes);
    if (bytes === null) throw new LockerError('fetch_failed', { detail: `no ${file}` });
    if (bytes.length > maxBytes) throw invalid(file, `larger than ${maxBytes} bytes`);
    return bytes;
  }

  /** 5.3 */
  async function updateRoot(): Promise<void> {
    for (let step = 0; ; step++) {
      const version = root.signed.version + 1;
      const bytes = await source.metadata(`${version}.root.json`, MAX_BYTES.root);
      if (bytes === null) break;
      if (step === MAX_ROOTS) throw invalid('root', `more than ${MAX_ROOTS} new versions`);
      if (bytes.length > MAX_BYTES.root) throw invalid('root', 'too large');
      const next = readRoot(bytes);
      requireSigned(root, 'root', next);
      requireSigned(next, 'root', next);
      if (next.signed.version !== version)
        throw new LockerError('repository_rolled_back', {
          detail: `root ${next.signed.version} instead of ${version}`,
        });
      // 5.3.11: with new keys, versions begin anew; this is how a repository recovers whose keys were misused.
      if (!sameSigners(root, next, 'timestamp') || !sameSigners(root, next, 'snapshot')) {
        forget('timestamp');
        forget('snapshot');
      }
      root = next;
      keep('root', bytes);
    }
    fresh(root, 'root');
  }

  /** What was kept, if it is still signed as the root wants it. */
  function stillTrusted<M extends Metadata<Timestamp> | Metadata<Snapshot>>(
    role: 'timestamp' | 'snapshot',
    read: (bytes: Uint8Array) => M,
  ): M | undefined {
    const bytes = kept.get(role);
    if (bytes === undefined) return undefined;
    try {
      const metadata = read(bytes);
      requireSigned(root, role, metadata);
      return metadata;
    } catch {
      forget(role);
      return undefined;
    }
  }

  /** 5.4 */
  async function updateTimestamp(): Promise<Metadata<Timestamp>> {
    const old = stillTrusted('timestamp', readTimestamp);
    const bytes = await fetchMetadata('timestamp.json', MAX_BYTES.timestamp);
    const next = readTimestamp(bytes);
    requireSigned(root, 'timestamp', next);
    if (old !== undefined && next.signed.version === old.signed.version) {
      fresh(old, 'timestamp');
      return old;
    }
    if (old !== undefined) {
      requireNotOlder('timestamp', next.signed.version, old.signed.version);
      requireNotOlder('snapshot', next.signed.snapshotMeta.version, old.signed.snapshotMeta.version);
    }
    fresh(next, 'timestamp');
    keep('timestamp', bytes);
    return next;
  }

  function requireNotOlder(role: string, version: number, had: number): void {
    if (version < had) throw new LockerError('repository_rolled_back', { detail: `${role} ${version} after ${had}` });
  }

  /** 5.5 */
  async function updateSnapshot(wanted: Metadata<Timestamp>['signed']['snapshotMeta']): Promise<Metadata<Snapshot>> {
    const old = stillTrusted('snapshot', readSnapshot);
    if (old?.signed.version === wanted.version) {
      fresh(old, 'snapshot');
      return old;
    }
    const file = `${wanted.version}.snapshot.json`;
    const bytes = await fetchMetadata(file, Math.min(wanted.length ?? MAX_BYTES.snapshot, MAX_BYTES.snapshot));
    requireMatch(wanted, bytes, file);
    const next = readSnapshot(bytes);
    requireSigned(root, 'snapshot', next);
    if (next.signed.version !== wanted.version) throw invalid(file, `has version ${next.signed.version}`);
    for (const [name, had] of Object.entries(old?.signed.meta ?? {})) {
      const has = ownValue(next.signed.meta, name);
      if (has === undefined) throw new LockerError('repository_rolled_back', { detail: `${name} is gone` });
      requireNotOlder(name.replace(/\.json$/, ''), has.version, had.version);
    }
    fresh(next, 'snapshot');
    keep('snapshot', bytes);
    return next;
  }

  /** 5.6: a role as the snapshot has it, signed as this delegator wants it. */
  async function loadRole(role: string, delegator: Delegator): Promise<Metadata<Targets>> {
    const loaded = roles.get(role);
    if (loaded !== undefined) {
      // Another delegator may want other keys: what one of them believed is no reason for the next.
      requireSigned(delegator, role, loaded);
      return loaded;
    }
    if (snapshot === undefined) throw new LockerError('internal', { detail: 'a role before the snapshot' });
    const wanted = ownValue(snapshot.signed.meta, `${role}.json`);
    if (wanted === undefined) throw invalid(role, 'not in the snapshot');
    const file = `${wanted.version}.${encodeURIComponent(role)}.json`;
    const verify = (bytes: Uint8Array): Metadata<Targets> => {
      requireMatch(wanted, bytes, file);
      const metadata = readTargets(bytes, role);
      requireSigned(delegator, role, metadata);
      if (metadata.signed.version !== wanted.version) throw invalid(file, `has version ${metadata.signed.version}`);
      fresh(metadata, role);
      return metadata;
    };
    const had = kept.get(`targets:${role}`);
    if (had !== undefined) {
      try {
        const metadata = verify(had);
        roles.set(role, metadata);
        return metadata;
      } catch {
        // Another version, or no longer good: the repository is asked.
      }
    }
    const bytes = await fetchMetadata(file, Math.min(wanted.length ?? MAX_BYTES.targets, MAX_BYTES.targets));
    const metadata = verify(bytes);
    keep(`targets:${role}`, bytes);
    roles.set(role, metadata);
    return metadata;
  }

  /** Preorder, depth first, each role once; `visit` ends it by returning true. */
  async function walk(
    path: string | null,
    visit: (role: string, targets: Metadata<Targets>) => boolean,
    failed: (role: string, error: LockerError) => void,
  ): Promise<void> {
    const visited = new Set<string>();
    const waiting: { role: string; delegator: Delegator }[] = [{ role: 'targets', delegator: root }];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { role, delegator } = next;
      if (visited.has(role)) continue;
      if (visited.size === MAX_ROLES) throw invalid(role, `more than ${MAX_ROLES} roles`);
      let targets: Metadata<Targets>;
      try {
        targets = await loadRole(role, delegator);
      } catch (error) {
        if (!(error instanceof LockerError)) throw error;
        failed(role, error);
        continue;
      }
      visited.add(role);
      if (visit(role, targets)) return;
      const { delegations } = targets.signed;
      if (delegations?.succinctRoles !== undefined) throw invalid(role, 'hash bins are not supported');
      const children: typeof waiting = [];
      for (const child of Object.values(delegations?.roles ?? {})) {
        if (path !== null && !child.isDelegatedPath(path)) continue;
        children.push({ role: child.name, delegator: targets });
        if (path === null || !child.terminating) continue;
        waiting.length = 0;
        break;
      }
      waiting.push(...children.toReversed());
    }
  }

  async function find(path: string): Promise<FoundTarget | undefined> {
    let found: FoundTarget | undefined;
    await walk(
      path,
      (role, { signed }) => {
        const file = ownValue(signed.targets, path);
        if (file === undefined) return false;
        found = { path, role, file };
        return true;
      },
      (_, error) => {
        // A less trusted role must not answer where a more trusted one can't.
        throw error;
      },
    );
    return found;
  }

  return {
    async refresh() {
      roles.clear();
      await updateRoot();
      timestamp = await updateTimestamp();
      snapshot = await updateSnapshot(timestamp.signed.snapshotMeta);
      await loadRole('targets', root);
    },
    async resume() {
      roles.clear();
      timestamp = stillTrusted('timestamp', readTimestamp);
      snapshot = stillTrusted('snapshot', readSnapshot);
      if (timestamp === undefined || snapshot?.signed.version !== timestamp.signed.snapshotMeta.version)
        throw new LockerError('fetch_failed', { detail: 'not refreshed yet' });
      fresh(timestamp, 'timestamp');
      fresh(snapshot, 'snapshot');
      await loadRole('targets', root);
    },
    find,
    async list() {
      const paths = new Set<string>();
      const unreadable: { role: string; error: LockerError }[] = [];
      await walk(
        null,
        (_, { signed }) => {
          for (const path of Object.keys(signed.targets)) paths.add(path);
          return false;
        },
        (role, error) => unreadable.push({ role, error }),
      );
      const targets: FoundTarget[] = [];
      for (const path of [...paths].toSorted()) {
        // Found through a role that can't be read: that role is already named.
        const target = await find(path).catch(() => undefined);
        if (target !== undefined) targets.push(target);
      }
      return { targets, unreadable };
    },
    async download({ path, file }) {
      const { sha256, sha512 } = file.hashes;
      const prefix = sha256 ?? sha512;
      if (prefix === undefined) throw invalid(path, 'has no hash that is known');
      const slash = path.lastIndexOf('/') + 1;
      const place = `${path.slice(0, slash)}${prefix}.${path.slice(slash)}`;
      const bytes = await source.target(place, file.length);
      if (bytes === null) throw new LockerError('fetch_failed', { detail: `no ${path}` });
      if (bytes.length !== file.length) throw invalid(path, `${bytes.length} bytes instead of ${file.length}`);
      for (const [algorithm, hash] of Object.entries({ sha256, sha512 })) {
        if (hash !== undefined && createHash(algorithm).update(bytes).digest('hex') !== hash)
          throw invalid(path, 'does not have the hash that was signed');
      }
      return bytes;
    },
    changes: () => changes,
    root: () => root,
    timestamp: () => timestamp,
  };
}

function ownValue<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function requireMatch(wanted: { verify(data: Buffer): void }, bytes: Uint8Array, file: string): void {
  try {
    wanted.verify(Buffer.from(bytes));
  } catch (cause) {
    throw invalid(file, 'does not have the length or hash that was signed', cause);
  }
}
