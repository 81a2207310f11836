import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import type {
  AddSubscription,
  ChangeSubscription,
  ImportRun,
  Polled,
  Subscription,
} from '../../protocol/owner/sources.ts';
import type { Store } from '../store/index.ts';
import { Imports } from './imports.ts';
import { Runs } from './runs.ts';
import type { FetchPowers } from './subscriptions/fetch-feed.ts';
import { Schedule } from './subscriptions/schedule.ts';
import { FeedSubscriptions } from './subscriptions/subscriptions.ts';
import { Uploads } from './uploads.ts';
import { IntakeThread } from './worker/thread.ts';

export interface IntakeOptions {
  store: Store;
  /** Undoing a run is the records room's; it removes the run's records and says how many. */
  records: { undoRun(run: string): Promise<{ removed: number; kept: number }> };
  /** The locker's data folder; uploads lie encrypted in its `uploads` folder while they are imported. */
  dataFolder: string;
  /** UTC milliseconds. */
  now?: () => number;
  random?: () => number;
  /** How host names become addresses; the system's resolver where it isn't given. */
  resolve?: FetchPowers['resolve'];
  /** False: feeds are polled only when asked. */
  polls?: boolean;
}

/** Every method rejects with a LockerError. */
export interface Intake extends AsyncDisposable {
  /** Starts importing a file or folder; gives the run's id. Throws import_path_missing. */
  importPath(path: string, name?: string): Promise<string>;
  beginUpload(): Promise<string>;
  /** Stores one file of an upload, encrypted; gives its size. `path` is a label: `export/outbox.json`. */
  uploadFile(upload: string, path: string, pieces: AsyncIterable<Uint8Array>): Promise<number>;
  /** Starts importing an upload; gives the run's id. Throws import_not_found, import_empty. */
  startImport(upload: string, name: string): Promise<string>;
  runs(): Promise<ImportRun[]>;
  /** Throws import_not_found. */
  run(id: string): Promise<ImportRun>;
  /** The run now and after each change, until it has ended. */
  watch(id: string): AsyncIterable<ImportRun>;
  /** Asks a run to stop; what it has stored stays until it is undone. */
  cancel(id: string): Promise<void>;
  /** Removes what only this run brought. Throws import_running while it is running. */
  undo(id: string): Promise<{ removed: number; kept: number }>;
  subscriptions(): Promise<Subscription[]>;
  addSubscription(wish: z.infer<typeof AddSubscription>): Promise<Subscription>;
  changeSubscription(id: string, changes: z.infer<typeof ChangeSubscription>): Promise<Subscription>;
  dropSubscription(id: string): Promise<void>;
  pollSubscription(id: string): Promise<Polled>;
}

/** Opens the room: uploads that a crash left are removed, and polling begins unless `polls` is false. */
export function createIntake(options: IntakeOptions): Intake {
  const { store, records } = options;
  const now = options.now ?? Date.now;
  const runs = new Runs(store, now);
  const uploads = new Uploads(join(options.dataFolder, 'uploads'), now);
  // Polls have a thread of their own: a large import may take an hour.
  const pollThread = new IntakeThread();
  const feeds = new FeedSubscriptions({
    store,
    now,
    random: options.random ?? Math.random,
    resolve: options.resolve ?? ((hostname) => lookup(hostname, { all: true, verbatim: true })),
    async stow(job) {
      const end = await pollThread.run(
        () => ({ ...job, port: store.importPort() }),
        () => undefined,
      );
      // A job that was stopped has not stored all of the feed.
      const problem = end.state === 'done' ? null : (end.problem ?? 'shutting_down');
      return { report: end.report, problem, title: end.title };
    },
  });
  const imports = new Imports({ store, runs, uploads, now, addFeeds: (found, run) => feeds.addListed(found, run) });
  const schedule = new Schedule({ store, now, poll: (id) => feeds.poll(id) });
  if (options.polls !== false) schedule.start();

  return {
    importPath: (path, name) => imports.fromPath(path, name),
    beginUpload: () => uploads.begin(),
    uploadFile: (upload, path, pieces) => uploads.put(upload, path, pieces),
    startImport: (upload, name) => imports.fromUpload(upload, name),
    runs: () => runs.all(),
    run: (id) => runs.get(id),
    watch: (id) => runs.watch(id),
    cancel: (id) => imports.cancel(id),
    async undo(id) {
      const run = await runs.get(id);
      if (runs.isLive(id)) throw new LockerError('import_running');
      const undone = await records.undoRun(id);
      await store.write('subscriptions.dropRun', { run: id });
      if (run.state !== 'undone') await runs.mark({ ...run, state: 'undone', endedAt: run.endedAt ?? now() });
      return undone;
    },
    subscriptions: () => feeds.all(),
    addSubscription: (wish) => feeds.add(wish),
    changeSubscription: (id, changes) => feeds.change(id, changes),
    dropSubscription: (id) => feeds.drop(id),
    pollSubscription: (id) => feeds.poll(id),
    async [Symbol.asyncDispose]() {
      await schedule[Symbol.asyncDispose]();
      await Promise.all([imports[Symbol.asyncDispose](), pollThread[Symbol.asyncDispose]()]);
      await uploads[Symbol.asyncDispose]();
    },
  };
}
