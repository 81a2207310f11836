import type { RunFailure, RunRequest } from '../../protocol/sandbox-run.ts';
import { maxOutBytes, type FromChild, type ToChild } from '../../protocol/sandbox-wire.ts';
import { encodeFrame, frameBytes, readFrames, type Frame } from './frames.ts';
import { HeldBatches } from './held-batches.ts';
import { batchFrame, codeFrame, runFrame } from './messages.ts';
import { watchMemory } from './memory-watch.ts';
import type { Powers, Spawned } from './powers.ts';
import { Rehearsals, type Rehearsal } from './rehearsals.ts';

/** Why a process is no more. `retired`: killed by its owner's wish, with nothing wrong. */
export type Ending = 'deadline' | 'exit' | 'frame' | 'memory' | 'retired';

/** `ms`: from sending to the answer. */
export type Answer =
  { ok: true; payload: Uint8Array<ArrayBuffer>; ms: number } | { ok: false; reason: RunFailure; ms: number };

interface Question {
  expect: FromChild['type'];
  id: number | undefined;
  allowed: number;
  settle(frame: Frame | undefined): void;
}

/** Bytes of batches a process keeps for later runs: some of the largest windows, many of the usual ones. */
const HELD_BYTES = 32 * 1024 * 1024;
const START_DEADLINE_MS = 10_000;
const WARM_DEADLINE_MS = 5_000;
const REHEARSAL_DEADLINE_MS = 2_000;
/** What a run may add to the process beyond twice its isolate's limit. */
const RESIDENT_SLACK_MB = 96;

/**
 * One sandbox process. It is asked one thing at a time; no answer by the deadline, an exit, or anything unreadable or not
 * asked for ends it with SIGKILL. Every question is answered, if only with the reason why it can't be.
 */
export class SandboxProcess {
  /** Resolves to whether the process came up. */
  readonly ready: Promise<boolean>;
  /** Resolves when the system has reported its end: why, and how long after it was judged. */
  readonly gone: Promise<{ why: Ending; afterMs: number }>;
  readonly pid: number | undefined;
  readonly held = new HeldBatches(HELD_BYTES);
  readonly rehearsals = new Rehearsals();
  /** Runs answered and milliseconds spent on them. */
  runs = 0;
  busyMs = 0;
  /** Isolates that wait inside. */
  spares = 0;
  permission = false;

  readonly #powers: Powers;
  readonly #spawned: Spawned;
  readonly #codes = new Set<string>();
  #ending: Ending | undefined;
  #endedAt = 0;
  #question: Question | undefined;
  #tail: Promise<unknown>;
  #nextId = 1;
  #atRest: number | undefined;

  constructor(powers: Powers, command: readonly string[], folder: string) {
    this.#powers = powers;
    this.#spawned = powers.spawn(command, folder);
    this.pid = this.#spawned.pid;
    readFrames(this.#spawned.output, {
      allowed: () => this.#question?.allowed,
      frame: (frame) => this.#answered(frame),
      bad: () => this.kill('frame'),
    });
    const { promise, resolve } = Promise.withResolvers<{ why: Ending; afterMs: number }>();
    this.gone = promise;
    this.#spawned.onGone(() => {
      this.#end('exit');
      resolve({ why: this.#ending ?? 'exit', afterMs: powers.clock() - this.#endedAt });
      this.#settle(undefined);
    });
    const started = this.#ask([], { expect: 'ready', id: undefined, allowed: 0 }, START_DEADLINE_MS);
    this.ready = started.then((frame) => {
      this.permission = frame?.message.type === 'ready' && frame.message.permission;
      return frame !== undefined;
    });
    this.#tail = this.ready;
  }

  get alive(): boolean {
    return this.#ending === undefined;
  }

  /** Ends the process at once; what was asked is answered with the reason. */
  kill(ending: Ending): void {
    if (!this.#end(ending)) return;
    this.#spawned.killGroup();
    this.#settle(undefined);
  }

  #end(ending: Ending): boolean {
    if (this.#ending !== undefined) return false;
    this.#ending = ending;
    this.#endedAt = this.#powers.clock();
    return true;
  }

  /** Runs one algorithm. The deadline counts from here, once earlier questions are answered. */
  run(request: RunRequest, memoryMb: number): Promise<Answer> {
    return this.#inTurn(async () => {
      const id = this.#nextId;
      this.#nextId += 1;
      // First, since what can't be put into a frame must not count as sent.
      const run = runFrame(id, request, memoryMb);
      const chunks = [...this.#missing(request), ...run];
      const allowed = maxOutBytes(request.call, request.shape, request.rows?.length ?? 0);
      const sent = this.#powers.clock();
      const stopWatching = this.#watchMemory(memoryMb);
      const frame = await this.#ask(chunks, { expect: 'done', id, allowed }, request.deadlineMs);
      stopWatching();
      this.runs += 1;
      const ms = this.#powers.clock() - sent;
      this.busyMs += ms;
      if (frame === undefined) return { ok: false, reason: failureOf(this.#ending), ms };
      this.#countSpares(frame.message);
      this.rehearsals.used({ hash: request.hash, call: request.call, settings: request.settings, memoryMb });
      return { ok: true, payload: frame.payload, ms };
    });
  }

  /** Resident bytes while it does nothing; runs are measured against the last such look. Undefined: the system doesn't tell. */
  async look(): Promise<number | undefined> {
    const bytes = this.pid === undefined ? undefined : await this.#powers.resident(this.pid);
    this.#atRest = bytes ?? this.#atRest;
    return bytes;
  }

  /** Has it make a spare isolate, unless it has as many as wanted. */
  warm(memoryMb: number, wanted: number): Promise<void> {
    return this.#inTurn(() => this.#askToWarm({ type: 'warm', memoryMb, spares: wanted }, WARM_DEADLINE_MS));
  }

  /** Has it make an isolate in which this has run over made-up columns, and which waits for its next run. */
  rehearse(what: Rehearsal): Promise<void> {
    return this.#inTurn(async () => {
      const { memoryMb, ...rehearse } = what;
      const stopWatching = this.#watchMemory(memoryMb);
      await this.#askToWarm({ type: 'warm', memoryMb, spares: 1, rehearse }, REHEARSAL_DEADLINE_MS);
      stopWatching();
      // Also where nothing came of it: it would not the next time.
      this.rehearsals.made(what);
    });
  }

  async #askToWarm(message: ToChild, deadlineMs: number): Promise<void> {
    if (!this.alive) return;
    const expected = { expect: 'warmed', id: undefined, allowed: 0 } as const;
    const frame = await this.#ask(encodeFrame(message, []), expected, deadlineMs);
    if (frame !== undefined) this.#countSpares(frame.message);
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(act);
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Frames for what the process doesn't hold yet of a request. */
  #missing(request: RunRequest): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    if (!this.#codes.has(request.hash)) chunks.push(...codeFrame(request.hash, request.code));
    this.#codes.add(request.hash);
    if (this.held.use(request.batchDigest)) return chunks;
    const batch = batchFrame(request.batchDigest, request.batch);
    for (const digest of this.held.add(request.batchDigest, frameBytes(batch))) {
      const message: ToChild = { type: 'forget', digest };
      chunks.push(...encodeFrame(message, []));
    }
    chunks.push(...batch);
    return chunks;
  }

  #ask(
    chunks: readonly Uint8Array[],
    expected: Omit<Question, 'settle'>,
    deadlineMs: number,
  ): Promise<Frame | undefined> {
    if (!this.alive) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<Frame | undefined>();
    // When core itself was busy, the answer may already be waiting in the pipe: let it be read before judging.
    const timer = setTimeout(() => setImmediate(() => this.#late(question)), deadlineMs);
    const question: Question = {
      ...expected,
      settle: (frame) => {
        clearTimeout(timer);
        resolve(frame);
      },
    };
    this.#question = question;
    const { input } = this.#spawned;
    input.cork();
    for (const chunk of chunks) input.write(chunk);
    input.uncork();
    return promise;
  }

  #watchMemory(memoryMb: number): () => void {
    if (this.pid === undefined || !this.alive) return () => undefined;
    const budgetMb = 2 * memoryMb + RESIDENT_SLACK_MB;
    return watchMemory(this.#powers.resident, this.pid, this.#atRest, budgetMb, () => this.kill('memory'));
  }

  #late(question: Question): void {
    if (this.#question === question) this.kill('deadline');
  }

  #answered(frame: Frame): void {
    const question = this.#question;
    const { message } = frame;
    const id = message.type === 'done' ? message.id : undefined;
    if (question === undefined || question.expect !== message.type || question.id !== id) this.kill('frame');
    else this.#settle(frame);
  }

  #settle(frame: Frame | undefined): void {
    const question = this.#question;
    this.#question = undefined;
    question?.settle(frame);
  }

  #countSpares(message: FromChild): void {
    if (message.type !== 'ready') this.spares = message.spares;
  }
}

function failureOf(ending: Ending | undefined): RunFailure {
  if (ending === 'deadline' || ending === 'frame') return ending;
  return ending === 'retired' ? 'unavailable' : 'exit';
}
