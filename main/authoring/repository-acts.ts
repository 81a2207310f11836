/** What the keepers of a repository and its publishers do. Each act signs with those of the keys at hand that are wanted. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { packagePath } from '../../protocol/catalogue.ts';
import { LockerError } from '../../protocol/errors.ts';
import {
  addPackage,
  folderFiles,
  openBuilder,
  parsePackage,
  publisherRole,
  revocationsRole,
  revokePackage,
  TOP_ROLES,
  type RepositoryBuilder,
  type Signer,
  type TopRole,
} from '../market/index.ts';
import { openKeys, writeKeyPair, type PublicSigner } from './keys.ts';

export interface KeptRepository {
  /** Folder of the repository. */
  readonly repository: string;
  /** Folder of the secret keys at hand. */
  readonly keys: string;
  readonly now: () => number;
}

function open({ repository, now }: KeptRepository): Promise<RepositoryBuilder> {
  return openBuilder({ files: folderFiles(repository), now });
}

async function openExisting(kept: KeptRepository): Promise<RepositoryBuilder> {
  const builder = await open(kept);
  if (builder.root.version === 0) throw new LockerError('bad_arguments', { detail: 'that is no repository yet' });
  return builder;
}

function roleOf(builder: RepositoryBuilder, name: string): { keyids: string[]; threshold: number; paths: string[] } {
  const role = builder.targets('targets').delegations?.roles.find((one) => one.name === name);
  if (role === undefined) throw new LockerError('bad_arguments', { detail: `the repository has no ${name}` });
  return role;
}

function wantedOf(builder: RepositoryBuilder, role: string): { keyids: string[]; threshold: number } {
  return builder.root.roles[role] ?? roleOf(builder, role);
}

/** Signs a role's next version. @throws LockerError bad_arguments where too few of its keys are at hand */
async function sign(builder: RepositoryBuilder, role: string, keys: readonly Signer[]): Promise<void> {
  const { keyids, threshold } = wantedOf(builder, role);
  const signers = keys.filter(({ keyId }) => keyids.includes(keyId));
  if (signers.length < threshold)
    throw new LockerError('bad_arguments', {
      detail: `${role} wants ${threshold} of ${keyids.length} keys, ${signers.length} of them are here`,
    });
  await builder.publish(role, signers);
}

/** What makes signed changes visible to others. */
async function signSnapshot(builder: RepositoryBuilder, keys: readonly Signer[]): Promise<void> {
  await sign(builder, 'snapshot', keys);
  await sign(builder, 'timestamp', keys);
}

/**
 * Begins a repository with new keys: `keys` of them for root and for targets each, of which `threshold` must sign.
 *
 * @throws LockerError repository_exists
 */
export async function beginRepository(kept: KeptRepository, count: number, threshold: number): Promise<void> {
  if (!(threshold >= 1 && count >= threshold && count <= 9))
    throw new LockerError('bad_arguments', { detail: 'a threshold from 1 to the number of keys, 9 at most' });
  const builder = await open(kept);
  if (builder.root.version > 0) throw new LockerError('repository_exists');
  const made: Signer[] = [];
  async function keysFor(role: string, many: number): Promise<Signer[]> {
    const keys: Signer[] = [];
    for (let place = 1; place <= many; place++)
      keys.push(await writeKeyPair(kept.keys, many === 1 ? role : `${role}-${place}`));
    made.push(...keys);
    return keys;
  }
  for (const role of TOP_ROLES) {
    const isOffline = role === 'root' || role === 'targets';
    builder.setKeys(role, await keysFor(role, isOffline ? count : 1), isOffline ? threshold : 1);
  }
  builder.delegate('targets', revocationsRole(), await keysFor('revocations', 1));
  for (const role of ['root', 'revocations', 'targets']) await sign(builder, role, made);
  await signSnapshot(builder, made);
}

/** SHA-256 of the first root: what owners compare. */
export async function rootFingerprint(repository: string): Promise<string> {
  const bytes = await readFile(join(repository, 'metadata', '1.root.json')).catch((cause: unknown) => {
    throw new LockerError('bad_arguments', { detail: 'that is no repository yet', cause });
  });
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * Lets a publisher sign for the ids that begin with a prefix.
 *
 * @param key the publisher's own; without it one is made among the keys at hand
 */
export async function addPublisher(
  kept: KeptRepository,
  name: string,
  prefix: string,
  key: PublicSigner | null,
): Promise<void> {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name) || [...TOP_ROLES, 'revocations'].includes(name))
    throw new LockerError('bad_arguments', { detail: 'a publisher’s name is a short word of its own' });
  if (!/^[a-z0-9]+(\.[a-z0-9-]+)*$/.test(prefix))
    throw new LockerError('bad_arguments', { detail: '--prefix is the beginning of ids, like com.example' });
  const builder = await openExisting(kept);
  const keys = await openKeys(kept.keys);
  const own = key === null ? await writeKeyPair(kept.keys, name) : null;
  if (own !== null) keys.push(own);
  builder.delegate('targets', publisherRole(name, prefix), [key ?? own ?? never()]);
  // A role that is delegated to must be there; a publisher with a key of their own signs it first.
  if (own !== null && builder.targets(name).version === 0) await sign(builder, name, keys);
  await sign(builder, 'targets', keys);
  await signSnapshot(builder, keys);
}

function never(): never {
  throw new LockerError('internal');
}

/**
 * Names a package in the publisher's role and signs that. It is seen by others once the repository publishes.
 *
 * @throws LockerError bad_arguments where nobody would believe this publisher about it
 */
export async function signInto(kept: KeptRepository, publisher: string, bytes: string): Promise<void> {
  const builder = await openExisting(kept);
  const { manifest } = parsePackage(bytes);
  const { paths } = roleOf(builder, publisher);
  if (!paths.some((pattern) => posix.matchesGlob(packagePath(manifest.id, manifest.version), pattern)))
    throw new LockerError('bad_arguments', {
      detail: `${publisher} may not sign for ${manifest.id}, only for ${paths[0]?.replace(/\/\*$/, '') ?? 'nothing'}`,
    });
  await addPackage(builder, publisher, bytes);
  await sign(builder, publisher, await openKeys(kept.keys));
}

/** Makes all that was signed since the last time visible. */
export async function publishRepository(kept: KeptRepository): Promise<void> {
  await signSnapshot(await openExisting(kept), await openKeys(kept.keys));
}

/** Takes a package back. @param reason in plain words */
export async function revokeIn(kept: KeptRepository, bytes: string, reason: string): Promise<void> {
  const builder = await openExisting(kept);
  const keys = await openKeys(kept.keys);
  await revokePackage(builder, bytes, reason);
  await sign(builder, 'revocations', keys);
  await signSnapshot(builder, keys);
}

/** Signs again, before it expires, all that the keys at hand may sign. @returns the roles */
export async function renewRepository(kept: KeptRepository): Promise<string[]> {
  const builder = await openExisting(kept);
  const keys = await openKeys(kept.keys);
  const held = new Set(keys.map(({ keyId }) => keyId));
  const delegated = builder.targets('targets').delegations?.roles.map(({ name }) => name) ?? [];
  const renewed: string[] = [];
  for (const role of ['root', ...delegated, 'targets', 'snapshot', 'timestamp']) {
    const { keyids, threshold } = wantedOf(builder, role);
    if (keyids.filter((id) => held.has(id)).length < threshold) continue;
    await sign(builder, role, keys);
    renewed.push(role);
  }
  return renewed;
}

function isTopRole(role: string): role is TopRole {
  return TOP_ROLES.some((one) => one === role);
}

/**
 * Gives a top-level role new keys, as many as it had, in place of all it had. A root is signed by its old keys, too.
 *
 * @param name of the new keys' files
 */
export async function rotateKeys(kept: KeptRepository, role: string, name: string): Promise<void> {
  if (!isTopRole(role)) throw new LockerError('bad_arguments', { detail: `one of ${TOP_ROLES.join(', ')}` });
  const builder = await openExisting(kept);
  const keys = await openKeys(kept.keys);
  const root = wantedOf(builder, 'root');
  const { keyids, threshold } = wantedOf(builder, role);
  const old = keys.filter(({ keyId }) => root.keyids.includes(keyId));
  if (old.length < root.threshold)
    throw new LockerError('bad_arguments', { detail: `root wants ${root.threshold} keys, ${old.length} are here` });
  const fresh: Signer[] = [];
  for (let place = 1; place <= keyids.length; place++)
    fresh.push(await writeKeyPair(kept.keys, keyids.length === 1 ? name : `${name}-${place}`));
  builder.setKeys(role, fresh, threshold);
  await builder.publish('root', role === 'root' ? [...old, ...fresh] : old);
  const now = [...keys, ...fresh];
  if (role === 'targets') await sign(builder, 'targets', now);
  await signSnapshot(builder, now);
}
