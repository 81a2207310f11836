import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { folderFiles } from './builder/folder-files.ts';
import { addPackage, publisherRole, revocationsRole, revokePackage } from './builder/packages.ts';
import { openBuilder, TOP_ROLES, type RepositoryBuilder, type TopRole } from './builder/repository.ts';
import { newSigner, type Signer } from './builder/signer.ts';
import { createTufClient, type TrustedMetadata, type TufClient } from './tuf/client.ts';
import type { RepositorySource } from './tuf/source.ts';

const Signed = z.object({ signed: z.object({ version: z.int() }) });

/** A repository in memory, all of whose keys are at hand. */
export interface TestRepository {
  readonly builder: RepositoryBuilder;
  /** By name, `metadata/…` and `targets/…`: what a mirror may tamper with. */
  readonly files: Map<string, Uint8Array>;
  readonly signers: Map<string, Signer[]>;
  /** Metadata and targets that were asked for, in this order. */
  readonly asked: string[];
  readonly source: RepositorySource;
  /** Milliseconds UTC. */
  now: number;
  /** Signs these roles with all of their signers. */
  publish(...roles: string[]): Promise<void>;
  /** A new key for a top-level role, instead of or beside those it has. */
  rekey(role: TopRole, signers: Signer[], threshold?: number): void;
  delegate(delegator: string, name: string, options?: { paths?: string[]; terminating?: boolean }): void;
  /** What somebody trusts who has seen nothing but a root. */
  firstTrust(version?: number): TrustedMetadata;
}

export const TEST_NOW = Date.UTC(2026, 0, 1);

export async function makeRepository(): Promise<TestRepository> {
  const files = new Map<string, Uint8Array>();
  const state = { now: TEST_NOW };
  const builder = await openBuilder({
    now: () => state.now,
    files: {
      read: async (name) => files.get(name) ?? null,
      write: async (name, bytes) => void files.set(name, bytes),
      metadataNames: async () => [],
    },
  });
  const signers = new Map<string, Signer[]>();
  const asked: string[] = [];
  const ask = async (name: string, maxBytes: number): Promise<Uint8Array | null> => {
    asked.push(name);
    const bytes = files.get(name) ?? null;
    return bytes === null ? null : bytes.subarray(0, maxBytes + 1);
  };
  const repository: TestRepository = {
    builder,
    files,
    signers,
    asked,
    source: {
      metadata: (name, maxBytes) => ask(`metadata/${name}`, maxBytes),
      target: (path, maxBytes) => ask(`targets/${path}`, maxBytes),
    },
    get now() {
      return state.now;
    },
    set now(value) {
      state.now = value;
    },
    async publish(...roles) {
      for (const role of roles) await builder.publish(role, signers.get(role) ?? []);
    },
    rekey(role, keys, threshold = 1) {
      signers.set(role, keys);
      builder.setKeys(role, keys, threshold);
    },
    delegate(delegator, name, { paths = ['*'], terminating = false } = {}) {
      const keys = signers.get(name) ?? [newSigner().signer];
      signers.set(name, keys);
      builder.delegate(delegator, { name, paths, terminating, threshold: 1 }, keys);
    },
    firstTrust: (version = 1) => new Map([['root', files.get(`metadata/${version}.root.json`) ?? new Uint8Array()]]),
  };
  for (const role of TOP_ROLES) repository.rekey(role, [newSigner().signer]);
  await repository.publish('root', 'targets', 'snapshot', 'timestamp');
  return repository;
}

/** A folder repository with a publisher for `com.ana`, as the command line makes one; all keys are at hand. */
export interface FolderRepository {
  readonly folder: string;
  readonly builder: RepositoryBuilder;
  readonly signers: Map<string, Signer[]>;
  fingerprint(): Promise<string>;
  /** Names a package in the publisher's role and signs all that follows from it. */
  offer(bytes: string): Promise<void>;
  revoke(bytes: string, reason: string): Promise<void>;
  publish(...roles: string[]): Promise<void>;
}

export async function makeFolderRepository(folder: string, now: () => number): Promise<FolderRepository> {
  const builder = await openBuilder({ files: folderFiles(folder), now });
  const names = [...TOP_ROLES, 'ana', 'revocations'];
  const signers = new Map(names.map((role) => [role, [newSigner().signer]]));
  const of = (role: string): Signer[] => signers.get(role) ?? [];
  for (const role of TOP_ROLES) builder.setKeys(role, of(role), 1);
  builder.delegate('targets', revocationsRole(), of('revocations'));
  builder.delegate('targets', publisherRole('ana', 'com.ana'), of('ana'));
  async function publish(...roles: string[]): Promise<void> {
    for (const role of roles) await builder.publish(role, of(role));
  }
  await publish('root', 'ana', 'revocations', 'targets', 'snapshot', 'timestamp');
  return {
    folder,
    builder,
    signers,
    publish,
    async fingerprint() {
      return createHash('sha256')
        .update(await readFile(join(folder, 'metadata', '1.root.json')))
        .digest('hex');
    },
    async offer(bytes) {
      await addPackage(builder, 'ana', bytes);
      await publish('ana', 'snapshot', 'timestamp');
    },
    async revoke(bytes, reason) {
      await revokePackage(builder, bytes, reason);
      await publish('revocations', 'snapshot', 'timestamp');
    },
  };
}

/** Somebody who keeps what a client verified, as the store does. */
export interface TestTrust {
  readonly kept: Map<string, Uint8Array>;
  /** A refresh, and perhaps more with the same client; what was verified is kept also where it fails. */
  refresh<T = void>(then?: (client: TufClient) => Promise<T>): Promise<T | undefined>;
  /** Version of a role that is kept; undefined: none. */
  version(role: string): number | undefined;
}

export function trustIn(repository: TestRepository, first: TrustedMetadata = repository.firstTrust()): TestTrust {
  const kept = new Map(first);
  return {
    kept,
    async refresh(then) {
      const client = createTufClient({ trusted: kept, source: repository.source, now: repository.now });
      try {
        await client.refresh();
        return await then?.(client);
      } finally {
        for (const [role, bytes] of client.changes()) {
          if (bytes === null) kept.delete(role);
          else kept.set(role, bytes);
        }
      }
    },
    version(role) {
      const bytes = kept.get(role) ?? kept.get(`targets:${role}`);
      if (bytes === undefined) return undefined;
      return Signed.parse(JSON.parse(Buffer.from(bytes).toString('utf8'))).signed.version;
    },
  };
}
