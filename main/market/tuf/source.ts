/** Where a repository's files come from. Nothing it gives is believed before it was verified. */
export interface RepositorySource {
  /**
   * @param name file name of metadata, already escaped
   * @returns null: there is no such file
   * @throws LockerError `fetch_failed`, also where there are more than `maxBytes`
   */
  metadata(name: string, maxBytes: number): Promise<Uint8Array | null>;
  /** A target by its path, with the hash before the last part. As `metadata`. */
  target(path: string, maxBytes: number): Promise<Uint8Array | null>;
}
