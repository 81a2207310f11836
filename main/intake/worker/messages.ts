import { MessagePort } from 'node:worker_threads';
import { z } from 'zod';
import { ImportReport, ImportState } from '../../../protocol/owner/sources.ts';

/** A file of an upload as it lies encrypted on disk; the key exists in memory only. */
export const SealedUpload = z.strictObject({
  /** Its place inside what was dropped. */
  path: z.string().min(1).max(1024),
  file: z.string().min(1),
  size: z.int().min(0),
  key: z.instanceof(Uint8Array).refine((key) => key.length === 32),
  iv: z.instanceof(Uint8Array).refine((iv) => iv.length === 16),
});
export type SealedUpload = z.infer<typeof SealedUpload>;

/** What one intake thread is asked to do; one job at a time. */
export const Job = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('import'),
    run: z.string().min(1).max(40),
    root: z.union([z.strictObject({ path: z.string().min(1) }), z.strictObject({ uploads: z.array(SealedUpload) })]),
    port: z.instanceof(MessagePort),
  }),
  z.strictObject({
    kind: z.literal('feed'),
    run: z.string().min(1).max(40),
    address: z.string().min(1).max(2048),
    format: z.enum(['rss', 'atom', 'rdf', 'json']),
    charset: z.string().max(60).nullable(),
    bytes: z.instanceof(Uint8Array),
    port: z.instanceof(MessagePort),
  }),
]);
export type Job = z.infer<typeof Job>;

export const ToIntake = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('job'), job: Job }),
  z.strictObject({ kind: z.literal('cancel') }),
]);
export type ToIntake = z.infer<typeof ToIntake>;

export const FromIntake = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('progress'),
    progress: z.number().min(0).max(1).nullable(),
    leftMs: z.number().min(0).nullable(),
    report: ImportReport,
  }),
  z.strictObject({
    kind: z.literal('subscriptions'),
    found: z.array(z.strictObject({ url: z.string().max(2048), title: z.string().max(300) })),
  }),
  z.strictObject({
    kind: z.literal('end'),
    state: ImportState.extract(['done', 'cancelled', 'failed']),
    /** A code of the error table. */
    problem: z.string().nullable(),
    report: ImportReport,
    /** Of a feed: its title. */
    title: z.string().nullable(),
  }),
]);
export type FromIntake = z.infer<typeof FromIntake>;
