import { LockerError } from '../../protocol/errors.ts';
import type { FetchPowers } from '../intake/index.ts';
import type { ReadOutput, Store } from '../store/index.ts';
import { fetchSource, type SourceAnswer } from './fetch-source.ts';
import { labelKey } from './signature/label-key.ts';
import { takeIn } from './take-in.ts';

const MINUTE = 60_000;
const LONGEST_MS = 24 * 60 * MINUTE;
const LOOK_MS = MINUTE;
const SOONEST_MS = 1000;
const JITTER = 0.1;

type Stored = NonNullable<ReadOutput<'labels.source'>>;

export interface PollPowers extends FetchPowers {
  readonly store: Pick<Store, 'read' | 'write'>;
  random(): number;
  /** Told after what a source says has changed. */
  onChanged(): void;
}

/** When to ask next: the interval, doubled for each failure in a row up to a day, give or take a tenth. */
export function nextAsk(from: number, intervalMinutes: number, failures: number, random: number): number {
  const interval = intervalMinutes * MINUTE;
  const wait = Math.max(interval, Math.min(LONGEST_MS, interval * 2 ** Math.min(failures, 10)));
  return Math.round(from + wait * (1 + JITTER * (2 * random - 1)));
}

/** Asks the subscribed addresses when they are due, until it is disposed of. */
export class Polling implements AsyncDisposable {
  readonly #powers: PollPowers;
  readonly #asking = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(powers: PollPowers) {
    this.#powers = powers;
  }

  start(): void {
    this.#wait(LOOK_MS);
  }

  /** Asks a source now; what goes wrong is written down with it. Throws label_source_not_found. */
  async ask(id: string): Promise<void> {
    const under = this.#asking.get(id);
    if (under !== undefined) return under;
    const asking = this.#ask(id).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asking);
    return asking;
  }

  /** Asks all that are due, one after another; gives how long until the next is. */
  async round(): Promise<number> {
    const { store, now } = this.#powers;
    const { due, next } = await store.read('labels.due', { now: now() });
    for (const id of due) {
      if (this.#stopped) break;
      await this.ask(id);
    }
    return next === null ? LOOK_MS : Math.min(LOOK_MS, next - now());
  }

  async #ask(id: string): Promise<void> {
    const stored = await this.#powers.store.read('labels.source', { id });
    if (stored === null) throw new LockerError('label_source_not_found');
    if (stored.address === null) throw new LockerError('bad_request', { detail: 'address' });
    try {
      const answer = await this.#fetch(stored, stored.address);
      if (answer.kind === 'fetched') await this.#take(stored, answer);
      else if (answer.kind === 'unchanged') await this.#note(stored, null, false, null);
      else await this.#note(stored, answer.kind === 'gone' ? 'feed_gone' : 'fetch_failed', false, null);
    } catch (error) {
      if (!(error instanceof LockerError)) throw error;
      await this.#note(stored, error.code, false, null);
    }
  }

  async #fetch(stored: Stored, url: string): Promise<SourceAnswer> {
    const request = {
      url,
      allowLoopback: stored.allowLoopback,
      etag: stored.etag,
      lastModified: stored.lastModified,
      // A list is read from its beginning: what it no longer has is gone.
      cursor: stored.kind === 'list' ? null : stored.cursor,
    };
    return fetchSource(request, stored.key === null ? null : labelKey(stored.key), this.#powers);
  }

  async #take(stored: Stored, answer: Extract<SourceAnswer, { kind: 'fetched' }>): Promise<void> {
    const { content, etag, lastModified } = answer;
    const foreign = stored.kind === 'labels' && content.entries.length > 0 && content.publisher !== stored.publisher;
    if (foreign || content.kind !== stored.kind) throw new LockerError('labels_unrecognised');
    const changed = await takeIn(this.#powers.store, stored.id, content);
    await this.#note(stored, null, changed, { etag, lastModified, cursor: content.cursor });
    if (changed) this.#powers.onChanged();
  }

  async #note(
    stored: Stored,
    problem: string | null,
    changed: boolean,
    validators: { etag: string | null; lastModified: string | null; cursor: string | null } | null,
  ): Promise<void> {
    const { store, now, random } = this.#powers;
    const failures = problem === null ? 0 : stored.failures + 1;
    const at = now();
    const nextDue = nextAsk(at, stored.intervalMinutes, failures, random());
    await store.write('labels.polled', { id: stored.id, at, nextDue, failures, problem, changed, validators });
  }

  #wait(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(
      () => {
        this.#round = this.round()
          .catch(() => LOOK_MS)
          .then((next) => this.#wait(next));
      },
      Math.max(SOONEST_MS, ms),
    ).unref();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }
}
