import { z } from 'zod';
import { ANSWER_MAX, PlainAnswer } from './gated-read.ts';

/** The first frame to a reader process: the key's bytes, then the file's path. Every later one is a plan as JSON. */
export const KEY_BYTES = 32;

/** To a reader: a plan has bounds on each part. */
export const PLAN_BYTES = 1024 * 1024;
/** From a reader: UTF-8 takes up to three bytes a code unit, and one row may be larger than a page. */
export const ANSWER_BYTES = 3 * ANSWER_MAX + 16 * 1024 * 1024;

/** Answers come in the order of the questions; the first says that the file is open. Rows are in frames of their own. */
export const ReaderReply = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), answer: PlainAnswer.nullable() }),
  z.strictObject({
    ok: z.literal(false),
    code: z.string(),
    detail: z.string().optional(),
    cause: z.string().optional(),
  }),
]);
export type ReaderReply = z.infer<typeof ReaderReply>;
