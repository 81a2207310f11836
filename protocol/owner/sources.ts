import { z } from 'zod';
import { Count } from './data.ts';

export const ImportKind = z.enum(['mastodon', 'feed', 'opml', 'atproto-car', 'activitystreams', 'service', 'unknown']);
export type ImportKind = z.infer<typeof ImportKind>;

export const ImportState = z.enum(['waiting', 'running', 'done', 'cancelled', 'failed', 'undone']);
export type ImportState = z.infer<typeof ImportState>;

/** What an import run understood, left out and did not know. */
export const ImportReport = z.strictObject({
  kind: ImportKind,
  /** Files opened. */
  files: Count,
  /** Records stored for the first time, changed, and already there as they are. */
  added: Count,
  changed: Count,
  unchanged: Count,
  /** Left out because the owner deleted them earlier. */
  deletedByYou: Count,
  byDatatype: z.record(z.string(), Count),
  /** Left out, by reason, with up to ten examples of where (file, line or entry; never content). */
  skipped: z.array(z.strictObject({ reason: z.string(), count: Count, examples: z.array(z.string()).max(10) })),
  /** Field names the importer did not know, with how often: kept in the body, not used. */
  unknownFields: z.array(z.strictObject({ field: z.string(), count: Count })),
  /** Feeds found in a subscription list. */
  subscriptions: Count,
});
export type ImportReport = z.infer<typeof ImportReport>;

export const ImportRun = z.strictObject({
  id: z.string(),
  name: z.string(),
  state: ImportState,
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  /** 0..1, null when it can't be told. */
  progress: z.number().min(0).max(1).nullable(),
  /** Estimated milliseconds left. */
  leftMs: z.number().nullable(),
  /** A code of the error table when it failed. */
  problem: z.string().nullable(),
  report: ImportReport,
});
export type ImportRun = z.infer<typeof ImportRun>;
export const ImportRuns = z.strictObject({ items: z.array(ImportRun) });

/** `path` is the file's place inside what was dropped: `export/outbox.json`. */
export const UploadQuery = z.strictObject({ path: z.string().min(1).max(1024) });
export const UploadBegun = z.strictObject({ upload: z.string() });
export const Uploaded = z.strictObject({ bytes: Count });
export const StartImport = z.strictObject({ name: z.string().min(1).max(300) });
export const ImportStarted = z.strictObject({ id: z.string() });
/** A path on the locker's own machine: desktop shell and command line only. */
export const ImportPath = z.strictObject({ path: z.string().min(1).max(4096) });
export const ImportUndone = z.strictObject({ removed: Count, kept: Count });

export const Subscription = z.strictObject({
  id: z.string(),
  url: z.string(),
  title: z.string(),
  intervalMinutes: z.int().min(5).max(10080),
  enabled: z.boolean(),
  allowLoopback: z.boolean(),
  lastPolledAt: z.int().nullable(),
  lastChangedAt: z.int().nullable(),
  /** A code of the error table. */
  lastProblem: z.string().nullable(),
  items: Count,
});
export type Subscription = z.infer<typeof Subscription>;
export const Subscriptions = z.strictObject({ items: z.array(Subscription) });
export const AddSubscription = z.strictObject({
  url: z.string().min(1).max(2048),
  intervalMinutes: z.int().min(5).max(10080).default(60),
  allowLoopback: z.boolean().default(false),
});
export const ChangeSubscription = z.strictObject({
  enabled: z.boolean().optional(),
  intervalMinutes: z.int().min(5).max(10080).optional(),
});
export const Polled = z.strictObject({
  added: Count,
  changed: Count,
  unchanged: Count,
  problem: z.string().nullable(),
});
export type Polled = z.infer<typeof Polled>;
