import { randomBytes } from 'node:crypto';
import { LockerError } from '../../protocol/errors.ts';
import type { SourceContent } from './read/content.ts';

const KEPT_MS = 10 * 60_000;
/** Contents are large: the owner looks at one at a time. */
const MOST = 3;

/** What was looked at, until it is subscribed to or forgotten. */
export interface Looked {
  readonly content: SourceContent;
  readonly address: string | null;
  readonly allowLoopback: boolean;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** Previews by name: what the owner subscribes to is what was shown. */
export class Previews {
  readonly #now: () => number;
  readonly #kept = new Map<string, { readonly until: number; readonly looked: Looked }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  keep(looked: Looked): string {
    const name = randomBytes(12).toString('base64url');
    this.#kept.set(name, { until: this.#now() + KEPT_MS, looked });
    for (const [known, { until }] of this.#kept) {
      if (this.#kept.size > MOST || until < this.#now()) this.#kept.delete(known);
    }
    return name;
  }

  /** @throws LockerError label_preview_not_found */
  take(name: string): Looked {
    const kept = this.#kept.get(name);
    if (kept === undefined || kept.until < this.#now()) throw new LockerError('label_preview_not_found');
    return kept.looked;
  }

  forget(name: string): void {
    this.#kept.delete(name);
  }
}
