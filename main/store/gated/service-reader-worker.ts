import { failureOf } from '../failures.ts';
import { KEY_BYTES, PLAN_BYTES, type ReaderReply } from './reader-messages.ts';
import type { RawAnswer } from './gated-read.ts';
import { readFrames, writeFrame } from './reader-frames.ts';
import { rowsFrame } from './rows-frame.ts';
import { openPlanConnection, type PlanConnection } from './serve-plans.ts';

/** A reader for services: a process of its own that opens the file read-only and answers one plan after another. */
let connection: PlanConnection | undefined;

function reply(message: ReaderReply): void {
  writeFrame(process.stdout, Buffer.from(JSON.stringify(message), 'utf8'));
}

function answer(raw: RawAnswer): void {
  if (raw.kind === 'rows') writeFrame(process.stdout, rowsFrame(raw));
  else reply({ ok: true, answer: raw });
}

function open(frame: Buffer): void {
  const key = Uint8Array.from(frame.subarray(0, KEY_BYTES));
  frame.fill(0, 0, KEY_BYTES);
  try {
    connection = openPlanConnection(frame.subarray(KEY_BYTES).toString('utf8'), key);
  } finally {
    key.fill(0);
  }
  reply({ ok: true, answer: null });
}

function handle(frame: Buffer): void {
  try {
    if (connection === undefined) open(frame);
    else answer(connection.answer(JSON.parse(frame.toString('utf8'))));
  } catch (error) {
    const { code, detail, cause } = failureOf(0, error);
    reply({ ok: false, code, ...(detail === undefined ? {} : { detail }), ...(cause === undefined ? {} : { cause }) });
  }
}

// With its owner gone, or not speaking as agreed, there is nothing left to wait for: it ends by itself.
readFrames(process.stdin, PLAN_BYTES, handle, () => process.stdin.destroy());
