/** Algorithms the locker can run: the package as it was installed, and what its bytes must hash to. */
export interface InstalledAlgorithmTable {
  id: string;
  version: string;
  /** Lower-case hex SHA-256 of `package`. */
  hash: string;
  tier: 'fast' | 'hardened';
  /** The package file's bytes, JSON. */
  package: string;
  /** Milliseconds UTC. */
  installed: number;
  /** Milliseconds UTC until which it is not run after repeated failures; null: it runs. */
  suspended_until: number | null;
}
