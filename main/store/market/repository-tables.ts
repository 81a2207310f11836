/** A repository of algorithms that the owner added. Times are milliseconds UTC. */
interface RepositoryTable {
  id: string;
  name: string;
  kind: 'address' | 'folder';
  /** The address or the folder. */
  place: string;
  /** SHA-256 of the root that the owner compared, in hex. */
  fingerprint: string;
  added: number;
  /** Last refresh that went well. */
  refreshed: number | null;
  /** Code of the error that the last refresh ended with; null: none. */
  problem: string | null;
  /** The newest moment at which its timestamp was signed: a clock behind it is wrong. */
  newest: number;
}

/** Metadata that were verified, as the bytes that were signed: what a refresh goes on from. */
interface RepositoryMetadataTable {
  repository: string;
  /** `root`, `timestamp`, `snapshot`, or `targets:` and the role's name. */
  role: string;
  bytes: Uint8Array;
}

/** Where an installed package came from; nothing here: with the app, or from a file. */
interface AlgorithmOriginTable {
  algorithm: string;
  /** Kept when the repository is removed. */
  repository: string;
}

/** Packages that their repository took back, by the SHA-256 of their bytes. */
interface RevocationTable {
  repository: string;
  hash: string;
  /** In plain words, as the repository signed it: JSON, a text per language. */
  reason: string;
  noted: number;
}

/** Packages that the owner runs nevertheless. */
interface RevocationOverrideTable {
  hash: string;
  made: number;
}

export interface RepositoryDatabase {
  repository: RepositoryTable;
  repository_metadata: RepositoryMetadataTable;
  algorithm_origin: AlgorithmOriginTable;
  revocation: RevocationTable;
  revocation_override: RevocationOverrideTable;
}
