/** What the OAuth server remembers: requests, codes, tokens. Times are milliseconds UTC. */
export interface OauthStateTable {
  /** SHA-256 of kind and id: a token or code is never stored itself. */
  key: Buffer;
  kind: string;
  /** Codes and tokens that stem from one approval; a reuse ends them all. */
  family: string | null;
  /** Grant of the contract that a code or token was given for. */
  contract: string | null;
  /** JSON, without the id. */
  payload: string;
  /** When it was used, for what may be used once. */
  consumed: number | null;
  expires: number;
}
