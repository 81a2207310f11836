import type { RepositorySource } from './tuf/source.ts';

/** Fetches a file by its address. Null: there is none. Throws LockerError `address_refused`, `fetch_failed`. */
export type FileFetcher = (url: string, maxBytes: number) => Promise<Uint8Array | null>;

/** A repository below an address: `metadata/` and `targets/`. */
export function webSource(address: string, fetchFile: FileFetcher): RepositorySource {
  const base = address.endsWith('/') ? address : `${address}/`;
  return {
    metadata: (name, maxBytes) => fetchFile(`${base}metadata/${name}`, maxBytes),
    target: (path, maxBytes) =>
      fetchFile(`${base}targets/${path.split('/').map(encodeURIComponent).join('/')}`, maxBytes),
  };
}
