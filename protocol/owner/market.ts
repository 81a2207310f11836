import { z } from 'zod';
import { Category, Kind } from '../manifest.ts';

const RepositoryId = z.string().min(1).max(40);
const Fingerprint = z.string().regex(/^[0-9a-f]{64}$/);
const Version = z.string().max(100);

/** A repository as it says of itself, before it is believed. */
export const RepositoryLook = z.strictObject({
  place: z.string(),
  /** SHA-256 of its first root: to be compared with what its publisher tells elsewhere. */
  fingerprint: Fingerprint,
  /** How many of how many keys must sign its root. */
  threshold: z.int(),
  keys: z.int(),
  /** Milliseconds UTC. */
  expiresAt: z.int(),
});
export type RepositoryLook = z.infer<typeof RepositoryLook>;

const Address = z.string().min(1).max(2048);
const Folder = z.string().min(1).max(4096);
const Compared = { name: z.string().min(1).max(80), fingerprint: Fingerprint };

export const LookAtRepository = z.strictObject({ address: Address });
export const AddRepository = z.strictObject({ address: Address, ...Compared });
export const LookAtFolder = z.strictObject({ path: Folder });
export const AddFolder = z.strictObject({ path: Folder, ...Compared });

export const Repository = z.strictObject({
  id: RepositoryId,
  name: z.string(),
  kind: z.enum(['address', 'folder', 'bundled']),
  place: z.string(),
  fingerprint: z.string(),
  /** Last refresh that went well, milliseconds UTC. */
  refreshedAt: z.int().nullable(),
  /** Code of the error that the last refresh ended with. */
  problem: z.string().nullable(),
  packages: z.int(),
});
export type Repository = z.infer<typeof Repository>;
export const Repositories = z.strictObject({ items: z.array(Repository) });

export const CatalogueQuery = z.strictObject({
  /** Words that must all be in name, summary, id or author. */
  q: z.string().max(200).default(''),
  kind: Kind.optional(),
  category: Category.optional(),
  /** Texts in this language (BCP 47). */
  language: z.string().max(40).optional(),
});
export type CatalogueQuery = z.infer<typeof CatalogueQuery>;

/** An algorithm of a repository, in its newest version. */
export const CatalogueItem = z.strictObject({
  repository: RepositoryId,
  repositoryName: z.string(),
  id: z.string(),
  version: Version,
  /** Newest first. */
  versions: z.array(Version),
  kind: Kind,
  name: z.string(),
  summary: z.string(),
  lifts: z.string().nullable(),
  sinks: z.string().nullable(),
  author: z.string(),
  license: z.string(),
  categories: z.array(Category),
  languages: z.array(z.string()),
  /** What it reads, in plain words. */
  reads: z.array(z.string()),
  /** Version that is installed from this repository. */
  installed: Version.nullable(),
  /** Why this version was taken back. */
  revoked: z.string().nullable(),
});
export type CatalogueItem = z.infer<typeof CatalogueItem>;
export const Catalogue = z.strictObject({
  items: z.array(CatalogueItem),
  /** What there is to choose from, over all items. */
  categories: z.array(Category),
  languages: z.array(z.string()),
});
export type Catalogue = z.infer<typeof Catalogue>;

export const PackageParams = z.strictObject({ repository: RepositoryId, id: z.string().max(100) });
export const PackageQuery = z.strictObject({ version: Version.optional() });

/** A package that was fetched and looked at, and not yet installed. */
export const PackagePage = z.strictObject({
  item: CatalogueItem,
  version: Version,
  /** SHA-256 of the package: what is installed must be what was looked at. */
  hash: z.string(),
  bytes: z.int(),
  source: z.string(),
  page: z.string(),
  code: z.string(),
  reads: z.array(z.string()),
  /** What it reads and the installed version doesn't; empty where none is installed. */
  newReads: z.array(z.string()),
  older: z.boolean(),
  revoked: z.string().nullable(),
  /** Its own examples, run in the sandbox; null: all came out as they must. */
  vectors: z.strictObject({ count: z.int(), problem: z.string().nullable() }),
});
export type PackagePage = z.infer<typeof PackagePage>;

export const InstallPackage = z.strictObject({
  version: Version,
  hash: z.string().length(64),
  /** The owner goes back to an older version. */
  older: z.boolean().default(false),
  /** The owner agrees that it reads more than the installed version. */
  readsMore: z.boolean().default(false),
});
export type InstallPackage = z.infer<typeof InstallPackage>;
export const Installed = z.strictObject({ id: z.string(), version: Version });

/** Runs an algorithm that was taken back, on this device. */
export const Override = z.strictObject({ run: z.boolean() });
