import { z } from 'zod';
import { catalogueEntryOf, packagePath, REVOKED_FOLDER } from '../../../protocol/catalogue.ts';
import { parsePackage, sha256 } from '../package-bytes.ts';
import type { RepositoryBuilder } from './repository.ts';
import type { Delegation } from './shapes.ts';

type Role = Omit<Delegation, 'keyids'>;

/** A publisher signs for the ids that begin with its prefix, and nobody after it does. */
export function publisherRole(name: string, prefix: string, threshold = 1): Role {
  return { name, paths: [`${prefix}/*`, `${prefix}.*/*`], terminating: true, threshold };
}

/** Who takes packages back. */
export function revocationsRole(threshold = 1): Role {
  return { name: 'revocations', paths: [`${REVOKED_FOLDER}/*`], terminating: true, threshold };
}

function jsonOf(value: unknown): Record<string, z.core.util.JSONType> {
  return z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(value)));
}

/** Names a package in a role, with the part of its manifest that a catalogue shows. @throws LockerError algorithm_invalid */
export async function addPackage(builder: RepositoryBuilder, role: string, bytes: string): Promise<void> {
  const { manifest } = parsePackage(bytes);
  const path = packagePath(manifest.id, manifest.version);
  await builder.addTarget(role, path, Buffer.from(bytes), jsonOf(catalogueEntryOf(manifest)));
}

/** Names a package as taken back. @param reason in plain words, for those who have it installed */
export async function revokePackage(builder: RepositoryBuilder, bytes: string, reason: string): Promise<void> {
  const { id, version } = parsePackage(bytes).manifest;
  const custom = jsonOf({ id, version, reason: { en: reason } });
  await builder.addTarget('revocations', `${REVOKED_FOLDER}/${sha256(bytes)}`, Buffer.from(bytes), custom);
}
