import { spawn } from 'node:child_process';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Readable, Writable } from 'node:stream';
import type { Plan } from '../../../protocol/contract/plan.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { errorOf } from '../failures.ts';
import type { RawAnswer } from './gated-read.ts';
import { isRowsFrame, readRows } from './rows-frame.ts';
import { readFrames, writeFrame } from './reader-frames.ts';
import { ANSWER_BYTES, KEY_BYTES, ReaderReply } from './reader-messages.ts';

/** Both forms of the program have it beside this file. */
const ENTRY = new URL('./service-reader-worker.ts', import.meta.url);
const START_DEADLINE_MS = 10_000;
/** Megabytes of objects: an answer is bounded, so only a plan that makes far too much of something comes near. */
const HEAP_MB = 160;

/** A started process, as far as it is used. */
export interface SpawnedReader {
  readonly input: Writable;
  readonly output: Readable;
  readonly pid: number | undefined;
  /** Called once, also when it could not be started. */
  onGone(listener: () => void): void;
  kill(): void;
}

/** One reader process. It answers one thing at a time, in the order of asking. */
export interface ReaderProcess {
  readonly pid: number | undefined;
  readonly isAlive: boolean;
  /** Resolves when the file is open. Rejects with the code that opening gave, with the process gone. */
  readonly ready: Promise<void>;
  /** Called once, when it is gone for whatever reason. */
  onGone(listener: () => void): void;
  /**
   * Rejects, the process gone, with `query_too_slow` where no answer came by the deadline, which counts from when it is the
   * first that is not answered, with `reader_failed` where the process ended by itself, answered something else or never
   * came to it.
   */
  ask(plan: Plan, deadlineMs: number): Promise<RawAnswer>;
  kill(): void;
}

interface Question {
  readonly deadlineMs: number;
  readonly resolve: (answer: RawAnswer | null) => void;
  readonly reject: (error: LockerError) => void;
}

/** @param key borrowed */
export function startReader(file: string, key: Uint8Array, spawned: SpawnedReader = spawnReader(file)): ReaderProcess {
  const questions: Question[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAlive = true;
  const listeners: (() => void)[] = [];

  /** The time of the first one runs. */
  function watch(): void {
    clearTimeout(timer);
    const [first] = questions;
    if (first === undefined) return;
    // When the core itself was busy, the answer may be waiting in the pipe: it is read before it is judged.
    const judge = (): void => void setImmediate(() => questions[0] === first && end('query_too_slow'));
    timer = setTimeout(judge, first.deadlineMs);
  }

  function settle(act: (question: Question) => void): void {
    const settled = questions.shift();
    watch();
    if (settled !== undefined) act(settled);
  }

  function end(why: 'query_too_slow' | 'reader_failed'): void {
    if (!isAlive) return;
    isAlive = false;
    spawned.kill();
    settle(({ reject }) => reject(new LockerError(why)));
    while (questions.length > 0) settle(({ reject }) => reject(new LockerError('reader_failed')));
  }
  const kill = (): void => end('reader_failed');

  spawned.onGone(() => {
    kill();
    for (const listener of listeners) listener();
  });
  readFrames(spawned.output, ANSWER_BYTES, receive, kill);

  function receive(bytes: Buffer): void {
    const reply = replyOf(bytes);
    if (reply === null || questions.length === 0) return kill();
    if (reply.ok) settle(({ resolve }) => resolve(reply.answer));
    else settle(({ reject }) => reject(errorOf({ id: 0, ...reply })));
  }

  function send(bytes: Uint8Array, deadlineMs: number): Promise<RawAnswer | null> {
    return new Promise((resolve, reject) => {
      if (!isAlive) return reject(new LockerError('internal', { detail: 'reader' }));
      questions.push({ deadlineMs, resolve, reject });
      if (questions.length === 1) watch();
      writeFrame(spawned.input, bytes, () => bytes.fill(0, 0, KEY_BYTES));
    });
  }

  const opened = send(Buffer.concat([key, Buffer.from(file, 'utf8')]), START_DEADLINE_MS).then(
    () => undefined,
    (error: unknown) => {
      kill();
      throw error;
    },
  );
  // Whoever waits for it is told; a process that nobody waits for may fail quietly.
  opened.catch(() => undefined);
  return {
    pid: spawned.pid,
    get isAlive() {
      return isAlive;
    },
    ready: opened,
    onGone(listener) {
      listeners.push(listener);
    },
    async ask(plan, deadlineMs) {
      const answer = await send(Buffer.from(JSON.stringify(plan), 'utf8'), deadlineMs);
      if (answer === null) throw new LockerError('internal', { detail: 'reader' });
      return answer;
    },
    kill,
  };
}

type Received = Extract<ReaderReply, { ok: false }> | { readonly ok: true; readonly answer: RawAnswer | null };

function replyOf(bytes: Buffer): Received | null {
  if (isRowsFrame(bytes)) {
    const answer = readRows(bytes);
    return answer === null ? null : { ok: true, answer };
  }
  try {
    return ReaderReply.safeParse(JSON.parse(bytes.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/**
 * Nothing of the environment, no socket, no other process, no file but the program and the locker's folder for JavaScript;
 * the connection itself is read-only.
 */
function spawnReader(file: string): SpawnedReader {
  const entry = fileURLToPath(ENTRY);
  const program = fileURLToPath(new URL(entry.endsWith('.ts') ? '../../..' : '..', ENTRY));
  const args = [
    '--no-warnings',
    '--disable-sigusr1',
    '--permission',
    '--allow-addons',
    ...outermost([program, dirname(file)]).map((folder) => `--allow-fs-read=${folder}`),
    `--max-old-space-size=${HEAP_MB}`,
    entry,
  ];
  const child = spawn(process.execPath, args, { env: {}, stdio: ['pipe', 'pipe', 'ignore'], windowsHide: true });
  // A pipe that breaks tells nothing that the exit doesn't.
  child.stdin.on('error', () => undefined);
  child.stdout.on('error', () => undefined);
  return {
    input: child.stdin,
    output: child.stdout,
    pid: child.pid,
    onGone(listener) {
      let isTold = false;
      const tell = (): void => {
        if (!isTold) listener();
        isTold = true;
      };
      child.once('exit', tell);
      child.once('error', tell);
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}

/** Without folders inside another: given both, Node forgets the outer one. */
function outermost(folders: readonly string[]): string[] {
  const whole = folders.map((folder) => resolve(folder));
  return whole.filter(
    (folder, i) => !whole.some((other, j) => i !== j && holds(other, folder) && (other !== folder || j < i)),
  );
}

function holds(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : outer + sep);
}
