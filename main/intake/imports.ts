import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LockerError } from '../../protocol/errors.ts';
import type { ImportRun } from '../../protocol/owner/sources.ts';
import type { Store } from '../store/index.ts';
import { emptyReport } from './report.ts';
import type { Runs } from './runs.ts';
import type { FoundFeed } from './sink.ts';
import type { Uploads } from './uploads.ts';
import type { Job } from './worker/messages.ts';
import { IntakeThread } from './worker/thread.ts';

export interface ImportPowers {
  store: Store;
  runs: Runs;
  uploads: Uploads;
  now: () => number;
  /** Lists the feeds of a subscription list. */
  addFeeds(found: FoundFeed[], run: string): Promise<unknown>;
}

type Root = Extract<Job, { kind: 'import' }>['root'];

/** Runs imports one after another in the intake thread. */
export class Imports implements AsyncDisposable {
  readonly #powers: ImportPowers;
  readonly #thread = new IntakeThread();
  readonly #cancelled = new Set<string>();
  readonly #working = new Set<Promise<void>>();
  #running: string | null = null;

  constructor(powers: ImportPowers) {
    this.#powers = powers;
  }

  async fromPath(path: string, name: string | undefined): Promise<string> {
    const found = await stat(path).catch((cause: unknown) => {
      throw new LockerError('import_path_missing', { cause });
    });
    if (!found.isFile() && !found.isDirectory())
      throw new LockerError('import_path_missing', { detail: 'neither a file nor a folder' });
    return this.#start({ path }, name ?? basename(path), () => Promise.resolve());
  }

  async fromUpload(upload: string, name: string): Promise<string> {
    const uploads = this.#powers.uploads.take(upload);
    return this.#start({ uploads }, name, () => this.#powers.uploads.drop(upload));
  }

  /** Asks a run to stop; what it has stored stays. Throws import_not_found. */
  async cancel(id: string): Promise<void> {
    const { runs } = this.#powers;
    await runs.get(id);
    if (!runs.isLive(id)) return;
    this.#cancelled.add(id);
    if (this.#running === id) this.#thread.cancel();
  }

  async #start(root: Root, name: string, after: () => Promise<void>): Promise<string> {
    const id = randomUUID();
    const run: ImportRun = {
      id,
      name: name.slice(0, 300) || 'import',
      state: 'waiting',
      startedAt: this.#powers.now(),
      endedAt: null,
      progress: null,
      leftMs: null,
      problem: null,
      report: emptyReport(),
    };
    await this.#powers.runs.begin(run);
    const work = this.#work(id, root)
      .catch(() => this.#end(id, { state: 'failed', problem: 'import_failed' }))
      .then(after)
      // What is left to go wrong is the store closing; the next start tells such a run as stopped.
      .catch(() => undefined)
      .finally(() => this.#working.delete(work));
    this.#working.add(work);
    return id;
  }

  async #work(id: string, root: Root): Promise<void> {
    const { store, runs, addFeeds } = this.#powers;
    const feeds: Promise<unknown>[] = [];
    let isBegun = false;
    const end = await this.#thread.run(
      () => {
        isBegun = true;
        this.#running = id;
        if (this.#cancelled.has(id)) return null;
        void runs.change(id, { state: 'running', progress: 0 }).catch(() => undefined);
        return { kind: 'import', run: id, root, port: store.importPort() };
      },
      (news) => {
        if (news.kind === 'subscriptions') feeds.push(addFeeds(news.found, id));
        else {
          const { progress, leftMs, report } = news;
          void runs.change(id, { progress, leftMs, report }).catch(() => undefined);
        }
      },
    );
    if (isBegun) this.#running = null;
    const wasCancelled = this.#cancelled.delete(id);
    await Promise.all(feeds);
    const { report } = end;
    const isClosed = end.state === 'cancelled' && !wasCancelled;
    const { state, problem } = isClosed ? ({ state: 'failed', problem: 'shutting_down' } as const) : end;
    await this.#end(id, { state, problem, report, ...(state === 'done' ? { progress: 1 } : {}) });
  }

  async #end(id: string, changes: Partial<ImportRun>): Promise<void> {
    await this.#powers.runs.change(id, { ...changes, leftMs: null, endedAt: this.#powers.now() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
    await Promise.allSettled(this.#working);
  }
}
