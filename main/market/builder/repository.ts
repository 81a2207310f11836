import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import {
  RootPart,
  SnapshotPart,
  TargetsPart,
  TimestampPart,
  type Delegation,
  type MetaEntry,
  type SignedPart,
} from './shapes.ts';
import { signMetadata, type Signer } from './signer.ts';

/** Where a repository's files are written; names have `metadata/` or `targets/` before them. */
export interface RepositoryFiles {
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Names below `metadata/`, without it. */
  metadataNames(): Promise<readonly string[]>;
}

export const TOP_ROLES = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type TopRole = (typeof TOP_ROLES)[number];
const DAY_MS = 86_400_000;
const SPEC_VERSION = '1.0.31';

/** Days until a role's metadata must have been signed anew. */
export type Lifetimes = Readonly<Record<TopRole, number>>;
export const LIFETIMES: Lifetimes = { root: 730, targets: 365, snapshot: 30, timestamp: 14 };

/** Whose key is known, if not its secret. */
export type KeyHolder = Pick<Signer, 'keyId' | 'key'>;

/** A repository under the hands of those who sign it. What is changed is seen by others once its role is published. */
export interface RepositoryBuilder {
  readonly root: RootPart;
  readonly snapshot: SnapshotPart;
  readonly timestamp: TimestampPart;
  /** Targets roles by name, the top-level one as `targets`. Throws for one that isn't there. */
  targets(role: string): TargetsPart;
  setKeys(role: TopRole, signers: readonly KeyHolder[], threshold: number): void;
  /** Adds a delegation or replaces the one of that name; the role itself is made where it is new. */
  delegate(delegator: string, delegation: Omit<Delegation, 'keyids'>, signers: readonly KeyHolder[]): void;
  /** Takes trust away; what the role signed stays where it is. */
  undelegate(delegator: string, role: string): void;
  /** Writes a target's file and names it in a role. */
  addTarget(
    role: string,
    path: string,
    bytes: Uint8Array,
    custom?: TargetsPart['targets'][string]['custom'],
  ): Promise<void>;
  /** Signs a role's next version and writes it; what lists it is changed, but not yet signed. */
  publish(role: string, signers: readonly Signer[]): Promise<Uint8Array>;
}

export interface BuilderOptions {
  readonly files: RepositoryFiles;
  readonly now: () => number;
  readonly lifetimes?: Lifetimes;
}

const Signed = z.object({ signed: z.unknown() });

/** Opens what is there, or begins a new repository. @throws LockerError repository_invalid */
export async function openBuilder({ files, now, lifetimes = LIFETIMES }: BuilderOptions): Promise<RepositoryBuilder> {
  const newest = newestFiles(await files.metadataNames());

  const written = new Map<string, Uint8Array>();

  async function part<T>(role: string, shape: z.ZodType<T>, empty: T): Promise<T> {
    const name = role === 'timestamp' ? 'timestamp.json' : newest.get(role);
    const bytes = name === undefined ? null : await files.read(`metadata/${name}`);
    if (bytes === null) return empty;
    written.set(role, bytes);
    try {
      return shape.parse(Signed.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).signed);
    } catch (cause) {
      throw new LockerError('repository_invalid', { detail: name ?? role, cause });
    }
  }

  const head = { spec_version: SPEC_VERSION, version: 0, expires: '' };
  const noTargets = (): TargetsPart => ({ _type: 'targets', ...head, targets: {} });
  const root = await part('root', RootPart, { _type: 'root', ...head, consistent_snapshot: true, keys: {}, roles: {} });
  const snapshot = await part('snapshot', SnapshotPart, { _type: 'snapshot', ...head, meta: {} });
  const timestamp = await part('timestamp', TimestampPart, { _type: 'timestamp', ...head, meta: {} });
  const roles = new Map<string, TargetsPart>();
  for (const role of new Set(['targets', ...newest.keys()])) {
    if (role !== 'root' && role !== 'snapshot') roles.set(role, await part(role, TargetsPart, noTargets()));
  }

  // A publisher with a key of their own has signed nothing yet when the others let them in.
  for (const { name } of roles.get('targets')?.delegations?.roles ?? [])
    if (!roles.has(name)) roles.set(name, noTargets());
  // What was signed by those who may not sign the snapshot waits for its next one.
  for (const [role, { version }] of roles) {
    const bytes = written.get(role);
    if (bytes !== undefined) snapshot.meta[`${role}.json`] = metaOf(version, bytes);
  }

  function targets(role: string): TargetsPart {
    const found = roles.get(role);
    if (found === undefined) throw new LockerError('bad_arguments', { detail: `the repository has no ${role}` });
    return found;
  }

  function dropUnusedKeys(): void {
    const used = new Set(Object.values(root.roles).flatMap(({ keyids }) => keyids));
    for (const id of Object.keys(root.keys)) if (!used.has(id)) delete root.keys[id];
  }

  function next(role: string): SignedPart {
    const days = lifetimes[role === 'root' || role === 'snapshot' || role === 'timestamp' ? role : 'targets'];
    const signed =
      role === 'root' ? root : role === 'snapshot' ? snapshot : role === 'timestamp' ? timestamp : targets(role);
    signed.version += 1;
    signed.expires = timeText(now() + days * DAY_MS);
    if (signed._type === 'timestamp') signed.signed_at = timeText(now());
    return signed;
  }

  return {
    root,
    snapshot,
    timestamp,
    targets,
    setKeys(role, signers, threshold) {
      for (const { keyId, key } of signers) root.keys[keyId] = key;
      root.roles[role] = { keyids: signers.map(({ keyId }) => keyId), threshold };
      dropUnusedKeys();
    },
    delegate(delegator, delegation, signers) {
      const part = targets(delegator);
      part.delegations ??= { keys: {}, roles: [] };
      for (const { keyId, key } of signers) part.delegations.keys[keyId] = key;
      const entry = { ...delegation, keyids: signers.map(({ keyId }) => keyId) };
      const place = part.delegations.roles.findIndex(({ name }) => name === delegation.name);
      if (place < 0) part.delegations.roles.push(entry);
      else part.delegations.roles[place] = entry;
      if (!roles.has(delegation.name)) roles.set(delegation.name, noTargets());
    },
    undelegate(delegator, role) {
      const { delegations } = targets(delegator);
      if (delegations === undefined) return;
      delegations.roles = delegations.roles.filter(({ name }) => name !== role);
      const used = new Set(delegations.roles.flatMap(({ keyids }) => keyids));
      for (const id of Object.keys(delegations.keys)) if (!used.has(id)) delete delegations.keys[id];
    },
    async addTarget(role, path, bytes, custom) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      targets(role).targets[path] = {
        length: bytes.length,
        hashes: { sha256 },
        ...(custom === undefined ? {} : { custom }),
      };
      const slash = path.lastIndexOf('/') + 1;
      await files.write(`targets/${path.slice(0, slash)}${sha256}.${path.slice(slash)}`, bytes);
    },
    async publish(role, signers) {
      const signed = next(role);
      const bytes = signMetadata(signed, signers);
      const name = encodeURIComponent(role);
      await files.write(
        role === 'timestamp' ? 'metadata/timestamp.json' : `metadata/${signed.version}.${name}.json`,
        bytes,
      );
      if (signed._type === 'snapshot') timestamp.meta = { 'snapshot.json': metaOf(signed.version, bytes) };
      if (signed._type === 'targets') snapshot.meta[`${role}.json`] = metaOf(signed.version, bytes);
      return bytes;
    },
  };
}

function metaOf(version: number, bytes: Uint8Array): MetaEntry {
  return { version, length: bytes.length, hashes: { sha256: createHash('sha256').update(bytes).digest('hex') } };
}

function timeText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** File of each role's highest version. */
function newestFiles(names: readonly string[]): Map<string, string> {
  const newest = new Map<string, { version: number; name: string }>();
  for (const name of names) {
    const [, digits, escaped] = /^(\d+)\.(.+)\.json$/.exec(name) ?? [];
    if (digits === undefined || escaped === undefined) continue;
    const role = decodeURIComponent(escaped);
    const version = Number(digits);
    if (version > (newest.get(role)?.version ?? 0)) newest.set(role, { version, name });
  }
  return new Map(Array.from(newest, ([role, { name }]) => [role, name]));
}
