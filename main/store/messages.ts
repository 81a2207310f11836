import { MessagePort } from 'node:worker_threads';
import { z } from 'zod';

/**
 * What crosses between the core and the store's threads. Inputs and outputs of operations are `unknown` here:
 * the operation parses its own input.
 */
export const Priority = z.enum(['foreground', 'import']);
export type Priority = z.infer<typeof Priority>;

const Key = z.instanceof(Uint8Array).refine((key) => key.length === 32);

/** The first message to a store thread. The key is cleared there once the connection is open. */
export const Open = z.strictObject({
  file: z.string().min(1),
  key: Key,
  /** A missing file is made; otherwise it is an error. */
  create: z.boolean(),
});
export type Open = z.infer<typeof Open>;

/** The one message to a maintenance thread. */
export const Task = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('backup'), file: z.string().min(1), key: Key, folder: z.string().min(1) }),
  z.strictObject({ kind: z.literal('restore'), file: z.string().min(1), key: Key, backup: z.string().min(1) }),
]);
export type Task = z.infer<typeof Task>;

/** To the checkpoint thread, which answers each `pass` when it has copied what it could. */
export const CheckpointAsked = z.enum(['pass', 'close']);
export type CheckpointAsked = z.infer<typeof CheckpointAsked>;
export const CheckpointDone = z.strictObject({ done: z.literal(true) });
export type CheckpointDone = z.infer<typeof CheckpointDone>;

export const BackupMade = z.strictObject({ file: z.string(), bytes: z.int() });
export const RestoreDone = z.strictObject({ replaced: z.string().nullable(), epoch: z.int().min(0) });

export const Call = z.strictObject({ kind: z.literal('call'), id: z.int(), name: z.string(), input: z.unknown() });
export type Call = z.infer<typeof Call>;

export const ToReader = z.discriminatedUnion('kind', [Call, z.strictObject({ kind: z.literal('close') })]);
export type ToReader = z.infer<typeof ToReader>;

export const ToWriter = z.discriminatedUnion('kind', [
  Call.extend({ priority: Priority }),
  z.strictObject({ kind: z.literal('port'), port: z.instanceof(MessagePort) }),
  z.strictObject({ kind: z.literal('close'), deadlineMs: z.number().nonnegative() }),
]);
export type ToWriter = z.infer<typeof ToWriter>;

/** `cause` is for the operator's log: an error's name and text, never a record's content. */
export const Failure = z.strictObject({
  ok: z.literal(false),
  id: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  cause: z.string().optional(),
});
export type Failure = z.infer<typeof Failure>;

/**
 * `id` 0 answers {@link Open}. `ms`: how long the operation held the connection. `shared`: others write at the same time, so
 * what can be done in small parts should be.
 */
export const Reply = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    id: z.int(),
    output: z.unknown(),
    ms: z.number(),
    shared: z.boolean().optional(),
  }),
  Failure,
]);
export type Reply = z.infer<typeof Reply>;
