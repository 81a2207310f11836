import type { Section } from '../protocol/sandbox-wire.ts';
import { WIRE_LIMITS, padded, sectionBytes } from '../protocol/sandbox-wire.ts';
import type { Entry } from './directory.ts';
import { WireError } from './pipe.ts';

/** A batch kept for later runs. The buffer is copied into each cell. */
export interface HeldBatch {
  n: number;
  authors: number;
  langs: readonly string[] | null;
  entries: readonly Entry[];
  buffer: ArrayBuffer;
  arena: string | null;
  bytes: number;
}

/** Where each section lies in its payload. */
export function entriesOf(sections: readonly Section[]): Entry[] {
  let offset = 0;
  return sections.map((section) => {
    const entry = { ...section, offset };
    offset += padded(sectionBytes(section));
    return entry;
  });
}

/** Gives a buffer's memory back now: a process that makes few objects of its own collects none for minutes. */
export function free(buffer: ArrayBuffer): void {
  buffer.transfer(0);
}

/** The text of a string section. */
export function textOf(entry: Entry, payload: ArrayBuffer): string {
  const bytes = Buffer.from(payload, entry.offset, sectionBytes(entry));
  return entry.type === 'latin1' ? bytes.toString('latin1') : bytes.toString('utf16le');
}

/** What this process holds by digest; core says what to keep and what to forget, within the cap of the wire. */
export class Holdings {
  readonly #batches = new Map<string, HeldBatch>();
  readonly #codes = new Map<string, string>();
  #bytes = 0;

  keepBatch(digest: string, batch: HeldBatch): void {
    this.forget(digest);
    this.#bytes += batch.bytes;
    if (this.#bytes > WIRE_LIMITS.heldBatches) throw new WireError('too many batches');
    this.#batches.set(digest, batch);
  }
  forget(digest: string): void {
    const batch = this.#batches.get(digest);
    if (batch === undefined) return;
    this.#bytes -= batch.bytes;
    this.#batches.delete(digest);
    free(batch.buffer);
  }
  keepCode(hash: string, code: string): void {
    this.#codes.set(hash, code);
  }
  batch(digest: string): HeldBatch {
    const batch = this.#batches.get(digest);
    if (batch === undefined) throw new WireError('unknown batch');
    return batch;
  }
  code(hash: string): string {
    const code = this.#codes.get(hash);
    if (code === undefined) throw new WireError('unknown code');
    return code;
  }
}
