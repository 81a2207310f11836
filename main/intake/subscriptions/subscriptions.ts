import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import type {
  ImportReport,
  AddSubscription,
  ChangeSubscription,
  ImportRun,
  Polled,
  Subscription,
} from '../../../protocol/owner/sources.ts';
import type { ReadOutput, Store } from '../../store/index.ts';
import { recognise } from '../recognise.ts';
import { emptyReport } from '../report.ts';
import type { FeedFormat } from '../feed/read-feed.ts';
import type { FoundFeed } from '../sink.ts';
import type { Job } from '../worker/messages.ts';
import { webAddress } from './address.ts';
import { fetchFeed, type FetchAnswer, type FetchPowers, type FetchRequest } from './fetch-feed.ts';
import { findFeedLink } from './find-feed.ts';
import { nextDue } from './schedule.ts';

type Stored = NonNullable<ReadOutput<'subscriptions.get'>>;
type Fetched = Extract<FetchAnswer, { kind: 'fetched' }>;
type FeedJob = Extract<Job, { kind: 'feed' }>;

/** How a feed's bytes ended up in the store. */
export interface Stowed {
  report: ImportReport;
  problem: string | null;
  title: string | null;
}

export interface SubscriptionPowers extends FetchPowers {
  store: Store;
  random(): number;
  /** Parses and stores a feed in the intake thread. */
  stow(job: Omit<FeedJob, 'port'>): Promise<Stowed>;
}

/** Interval of feeds that come in by a list, in minutes. */
const LISTED_INTERVAL = 60;

/** Feeds by address: kept, polled, and their entries stored under one import run each. */
export class FeedSubscriptions {
  readonly #powers: SubscriptionPowers;
  readonly #polling = new Map<string, Promise<Polled>>();

  constructor(powers: SubscriptionPowers) {
    this.#powers = powers;
  }

  async all(): Promise<Subscription[]> {
    return (await this.#powers.store.read('subscriptions.list', {})).map(viewOf);
  }

  /**
   * Follows a feed: the address of one, or of a page that names one. Fetches it at once.
   * Throws address_invalid, address_refused, fetch_failed, import_unrecognised, subscription_exists.
   */
  async add(wish: z.infer<typeof AddSubscription>): Promise<Subscription> {
    const { store, now } = this.#powers;
    const found = await this.#find(webAddress(wish.url).href, wish.allowLoopback);
    if ((await store.read('subscriptions.byUrl', { url: found.url })) !== null)
      throw new LockerError('subscription_exists');
    const id = randomUUID();
    await store.write('subscriptions.add', [
      {
        id,
        url: found.url,
        title: new URL(found.url).host.slice(0, 300),
        intervalMinutes: wish.intervalMinutes,
        enabled: true,
        allowLoopback: wish.allowLoopback,
        run: null,
        nextDue: now() + wish.intervalMinutes * 60_000,
      },
    ]);
    const stored = await this.#get(id);
    await this.#stow(stored, found.answer, found.format);
    return viewOf(await this.#get(id));
  }

  /** Lists the feeds of a subscription list. They are not polled until the owner turns them on. */
  async addListed(feeds: FoundFeed[], run: string): Promise<number> {
    const { store, now } = this.#powers;
    let added = 0;
    for (let at = 0; at < feeds.length; at += 200) {
      const rows = feeds.slice(at, at + 200).flatMap(({ url, title }) => {
        const address = addressOrNull(url);
        if (address === null) return [];
        return [
          {
            id: randomUUID(),
            url: address,
            title: title.slice(0, 300) || address.slice(0, 300),
            intervalMinutes: LISTED_INTERVAL,
            enabled: false,
            allowLoopback: false,
            run,
            nextDue: now(),
          },
        ];
      });
      if (rows.length === 0) continue;
      added += (await store.write('subscriptions.add', rows, { priority: 'import' })).added;
    }
    return added;
  }

  /** Throws subscription_not_found. */
  async change(id: string, changes: z.infer<typeof ChangeSubscription>): Promise<Subscription> {
    const stored = await this.#get(id);
    const interval = changes.intervalMinutes ?? stored.intervalMinutes;
    const isTurnedOn = changes.enabled === true && !stored.enabled;
    const since = stored.lastPolledAt ?? this.#powers.now();
    const next = isTurnedOn ? this.#powers.now() : nextDue(since, interval, 0, this.#powers.random());
    return viewOf(await this.#powers.store.write('subscriptions.change', { id, ...changes, nextDue: next }));
  }

  /** Stops following; what it brought stays. Throws subscription_not_found. */
  async drop(id: string): Promise<void> {
    await this.#powers.store.write('subscriptions.drop', { id });
  }

  /** Polls now. What goes wrong is in the answer. Throws subscription_not_found. */
  async poll(id: string): Promise<Polled> {
    const running = this.#polling.get(id);
    if (running !== undefined) return running;
    const stored = await this.#get(id);
    const polling = this.#poll(stored).finally(() => this.#polling.delete(id));
    this.#polling.set(id, polling);
    return polling;
  }

  async #poll(stored: Stored): Promise<Polled> {
    try {
      const answer = await fetchFeed(requestOf(stored), this.#powers);
      if (answer.kind === 'fetched') {
        const kind = recognise(answer.bytes.subarray(0, 64 * 1024), '');
        if (kind.kind === 'feed') return await this.#stow(stored, answer, kind.format);
        return await this.#note(stored, 'import_unrecognised', stored.failures + 1, null);
      }
      if (answer.kind === 'unchanged') return await this.#note(stored, null, 0, null);
      if (answer.kind === 'busy') return await this.#note(stored, 'fetch_failed', stored.failures + 1, answer.retryMs);
      await this.#powers.store.write('subscriptions.change', {
        id: stored.id,
        enabled: false,
        nextDue: this.#powers.now(),
      });
      return await this.#note(stored, 'feed_gone', 0, null);
    } catch (error) {
      if (!(error instanceof LockerError)) throw error;
      return await this.#note(stored, error.code, stored.failures + 1, null);
    }
  }

  async #stow(stored: Stored, answer: Fetched, format: FeedFormat): Promise<Polled> {
    const { store, stow, now } = this.#powers;
    const run = stored.id;
    await this.#beginRun(run, stored);
    const { bytes, charset } = answer;
    const stowed = await stow({ kind: 'feed', run, address: stored.url, format, charset, bytes });
    const { report, problem } = stowed;
    await this.#endRun(run, stowed, stored);
    const failures = problem === null ? 0 : stored.failures + 1;
    const at = now();
    await store.write('subscriptions.polled', {
      id: stored.id,
      at,
      nextDue: nextDue(at, stored.intervalMinutes, failures, this.#powers.random()),
      failures,
      problem,
      changed: report.added + report.changed > 0,
      added: report.added,
      title: stowed.title,
      // A feed that wasn't stored is asked for in full again.
      validators: problem === null ? { etag: answer.etag, lastModified: answer.lastModified } : null,
    });
    return { added: report.added, changed: report.changed, unchanged: report.unchanged, problem };
  }

  async #note(stored: Stored, problem: string | null, failures: number, retryMs: number | null): Promise<Polled> {
    const at = this.#powers.now();
    const due = nextDue(at, stored.intervalMinutes, failures, this.#powers.random());
    await this.#powers.store.write('subscriptions.polled', {
      id: stored.id,
      at,
      nextDue: retryMs === null ? due : Math.max(due, at + retryMs),
      failures,
      problem,
      changed: false,
      added: 0,
      title: null,
      validators: null,
    });
    return { added: 0, changed: 0, unchanged: 0, problem };
  }

  /** All of a feed's entries belong to one run, of the subscription's id, so that undoing it removes them all. */
  async #beginRun(id: string, stored: Stored): Promise<void> {
    const { store, now } = this.#powers;
    if ((await store.read('records.run', { id })) !== null) return;
    await store.write('records.createRun', {
      id,
      name: stored.title,
      state: 'done',
      startedAt: now(),
      endedAt: now(),
      progress: 1,
      leftMs: null,
      problem: null,
      report: { ...emptyReport(), kind: 'feed' },
    });
  }

  async #endRun(id: string, stowed: Stowed, stored: Stored): Promise<void> {
    const { store, now } = this.#powers;
    const run = await store.read('records.run', { id });
    if (run === null) return;
    const report: ImportReport = { ...stowed.report, added: run.report.added + stowed.report.added };
    const ended: ImportRun = {
      ...run,
      name: stowed.title ?? stored.title,
      state: 'done',
      endedAt: now(),
      problem: stowed.problem,
      report,
    };
    await store.write('records.updateRun', ended);
  }

  async #find(url: string, allowLoopback: boolean): Promise<{ url: string; answer: Fetched; format: FeedFormat }> {
    const first = await this.#fetch(url, allowLoopback);
    const kind = recognise(first.bytes.subarray(0, 64 * 1024), '');
    if (kind.kind === 'feed') return { url, answer: first, format: kind.format };
    const link = findFeedLink(first.bytes, first.charset, first.url);
    if (link === null) throw new LockerError('import_unrecognised');
    const feedUrl = webAddress(link);
    // A page elsewhere may not point into this machine: the owner allowed the address they typed.
    const second = await this.#fetch(feedUrl.href, allowLoopback && feedUrl.host === new URL(url).host);
    const found = recognise(second.bytes.subarray(0, 64 * 1024), '');
    if (found.kind !== 'feed') throw new LockerError('import_unrecognised');
    return { url: feedUrl.href, answer: second, format: found.format };
  }

  async #fetch(url: string, allowLoopback: boolean): Promise<Fetched> {
    const answer = await fetchFeed({ url, allowLoopback, etag: null, lastModified: null }, this.#powers);
    if (answer.kind === 'fetched') return answer;
    throw new LockerError('fetch_failed', { detail: answer.kind });
  }

  async #get(id: string): Promise<Stored> {
    const stored = await this.#powers.store.read('subscriptions.get', { id });
    if (stored === null) throw new LockerError('subscription_not_found');
    return stored;
  }
}

function requestOf({ url, etag, lastModified, allowLoopback }: Stored): FetchRequest {
  return { url, etag, lastModified, allowLoopback };
}

function viewOf({ etag: _, lastModified: __, failures: ___, ...view }: Stored): Subscription {
  return view;
}

function addressOrNull(url: string): string | null {
  try {
    return webAddress(url).href;
  } catch {
    return null;
  }
}
