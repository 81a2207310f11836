import { z } from 'zod';

const Said = z.object({ erased_at: z.iso.datetime(), kept: z.string().default('') });

/** What a service says in its signed answer to the demand to erase; null where it cannot be read. */
export interface ErasureSaid {
  /** UTC milliseconds. */
  readonly at: number;
  /** What it keeps, in its own words; empty: nothing. */
  readonly kept: string;
}

/** Reads the middle part of a compact JWS; its signature was checked when the locker took it in. */
export function erasureSaid(jws: string): ErasureSaid | null {
  const payload = jws.split('.')[1] ?? '';
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    );
    const said = Said.parse(JSON.parse(new TextDecoder().decode(bytes)));
    return { at: Date.parse(said.erased_at), kept: said.kept.trim() };
  } catch {
    return null;
  }
}
