import type { RunRequest } from '../../protocol/sandbox-run.ts';
import { WIRE_LIMITS } from '../../protocol/sandbox-wire.ts';

/** What an isolate can be made ready for: a call of an algorithm with these settings. */
export interface Rehearsal extends Pick<RunRequest, 'hash' | 'call' | 'settings'> {
  readonly memoryMb: number;
}

/** Names a rehearsal. */
export function rehearsalKey({ hash, call, settings }: Pick<Rehearsal, 'hash' | 'call' | 'settings'>): string {
  return `${hash} ${call} ${JSON.stringify(settings)}`;
}

/** What one process has run lately, and for which of it an isolate is ready that has rehearsed it. */
export class Rehearsals {
  /** The latest last; no more than the process keeps isolates for. */
  readonly #lately = new Map<string, Rehearsal>();
  readonly #ready = new Set<string>();

  isReady(key: string): boolean {
    return this.#ready.has(key);
  }

  /** It ran: its isolate, if there was one, is gone. */
  used(what: Rehearsal): void {
    const key = rehearsalKey(what);
    this.#ready.delete(key);
    this.#lately.delete(key);
    this.#lately.set(key, what);
    const [oldest] = this.#lately.keys();
    if (this.#lately.size > WIRE_LIMITS.rehearsed && oldest !== undefined) this.#lately.delete(oldest);
  }

  made(what: Rehearsal): void {
    this.#ready.add(rehearsalKey(what));
  }

  /** The latest that has no isolate ready and isn't in `never`. */
  next(never: ReadonlySet<string>): Rehearsal | undefined {
    return [...this.#lately].findLast(([key]) => !this.#ready.has(key) && !never.has(key))?.[1];
  }
}
