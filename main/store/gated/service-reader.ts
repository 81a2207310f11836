import type { ListPlan, Plan, PlanAnswer } from '../../../protocol/contract/plan.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { answerOf, listedOf, type Listed } from './answer.ts';
import type { RawAnswer } from './gated-read.ts';
import { createPartyQueue } from './party-queue.ts';
import { startReader, type ReaderProcess } from './reader-process.ts';

/** Reads for services: each plan is one statement, in a process that can do nothing else and is killed past its deadline. */
export interface ServiceReader extends AsyncDisposable {
  /**
   * @throws LockerError `query_too_slow` past the deadline, which counts from when the statement starts; `reader_failed`
   * where its process ended over it; `timeout` when its turn did not come, or by `signal`; `bad_query` where `words` has no
   * word; `shutting_down`
   */
  read(plan: Plan, options?: ReadOptions): Promise<PlanAnswer>;
  /** As `read`, with what a record tells left as text: the page leaves as it was read. */
  list(plan: ListPlan, options?: ReadOptions): Promise<Listed>;
}

export interface ReadOptions {
  /** Longest time for the statement, in milliseconds. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** On whose behalf: parties take turns, and none is given two processes at once. */
  readonly party?: string;
}

export interface ServiceReaderOptions {
  readonly file: string;
  /** The 32-byte data key; copied, so the caller may clear it. */
  readonly key: Uint8Array;
  /** Starts a process; a test gives its own. */
  readonly start?: (file: string, key: Uint8Array) => ReaderProcess;
  readonly waitMs?: number;
}

/** One answers while the other's place is taken anew. */
const PROCESSES = 2;
const DEADLINE_MS = 2000;
/** Plans that a process is asked at once. */
const AHEAD = 2;
/** Longest wait for a turn, and most that wait for one party. */
const WAIT_MS = 10_000;
const WAITING_MAX = 200;
/** So long after a read of theirs took a process with it, parties share one process among them. */
const SUSPECT_MS = 60_000;
/** Without a read, the processes go. */
const REST_MS = 300_000;

interface Job {
  readonly party: string;
  readonly plan: Plan;
  readonly deadlineMs: number;
  readonly resolve: (answer: RawAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Opens nothing yet: the first read starts the processes, and the second of them is there before it is needed. */
export function openServiceReader(options: ServiceReaderOptions): ServiceReader {
  const { file, start = startReader, waitMs = WAIT_MS } = options;
  const key = Uint8Array.from(options.key);
  const queue = createPartyQueue<Job>();
  /** What each process was asked and has not answered, all for one party; none: nothing, or it is just starting. */
  const processes = new Map<ReaderProcess, Job[]>();
  const idle = new Set<ReaderProcess>();
  const gone = new Set<Promise<void>>();
  const suspects = new Map<string, number>();
  /** Processes that went while they were asked something: what they were asked first is told so. */
  const lost = new WeakSet<ReaderProcess>();
  let isClosed = false;
  const rest = setTimeout(endAll, REST_MS).unref();

  function endAll(): void {
    for (const reader of processes.keys()) reader.kill();
  }

  function fill(): void {
    while (!isClosed && processes.size < PROCESSES) {
      const reader = start(file, key);
      processes.set(reader, []);
      const ended = Promise.withResolvers<void>();
      gone.add(ended.promise);
      reader.onGone(() => {
        forget(reader);
        gone.delete(ended.promise);
        ended.resolve();
      });
      reader.ready.then(
        () => {
          idle.add(reader);
          work();
        },
        (error: unknown) => {
          forget(reader);
          // Nobody would answer: those who wait are told why.
          if (idle.size === 0) for (const job of queue.drain()) job.reject(faultOf(error));
        },
      );
    }
  }

  function forget(reader: ReaderProcess): void {
    processes.delete(reader);
    idle.delete(reader);
  }

  function running(): string[] {
    return [...processes.values()].flatMap(([first]) => (first === undefined ? [] : [first.party]));
  }

  function mayRun(party: string): boolean {
    const busy = running();
    return !busy.includes(party) && !(isSuspect(party) && busy.some(isSuspect));
  }

  function isSuspect(party: string): boolean {
    const until = suspects.get(party) ?? 0;
    if (until > 0 && until <= performance.now()) suspects.delete(party);
    return until > performance.now();
  }

  function work(): void {
    // The one that was busy last knows the file best: most of a read is finding pages that are not decrypted yet.
    for (const reader of [...idle].reverse()) {
      const job = queue.next(mayRun);
      if (job === undefined) break;
      idle.delete(reader);
      begin(reader, job);
    }
    askAhead();
  }

  /**
   * Where one party alone waits, its process has the next plan before the last answer is read here: it would be idle for as
   * long as the core is busy with something else.
   */
  function askAhead(): void {
    for (const [reader, jobs] of processes) {
      const [first] = jobs;
      if (queue.size !== 1 || first === undefined || jobs.length >= AHEAD || isSuspect(first.party)) continue;
      const job = queue.next((party) => party === first.party);
      if (job !== undefined) begin(reader, job);
    }
  }

  function begin(reader: ReaderProcess, job: Job): void {
    processes.get(reader)?.push(job);
    void run(reader, job);
  }

  async function run(reader: ReaderProcess, job: Job): Promise<void> {
    const jobs = processes.get(reader) ?? [];
    try {
      job.resolve(await reader.ask(job.plan, job.deadlineMs));
    } catch (error) {
      fail(reader, job, error);
    }
    jobs.splice(jobs.indexOf(job), 1);
    if (!reader.isAlive) {
      forget(reader);
      if (!isClosed) fill();
    } else if (jobs.length === 0) idle.add(reader);
    work();
  }

  function fail(reader: ReaderProcess, job: Job, error: unknown): void {
    const isLost = error instanceof LockerError && (error.code === 'query_too_slow' || error.code === 'reader_failed');
    if (isClosed) return job.reject(new LockerError('shutting_down'));
    // The process went with the one before, and never came to this one.
    if (isLost && lost.has(reader)) return queue.add(job);
    if (isLost) {
      lost.add(reader);
      suspects.set(job.party, performance.now() + SUSPECT_MS);
    }
    job.reject(faultOf(error));
  }

  function ask(plan: Plan, { deadlineMs = DEADLINE_MS, signal, party = '' }: ReadOptions = {}): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      if (isClosed) return reject(new LockerError('shutting_down'));
      if (signal?.aborted === true || queue.countOf(party) >= WAITING_MAX) return reject(new LockerError('timeout'));
      rest.refresh();
      const giveUp = (): void => {
        queue.remove(job);
        settle(() => reject(new LockerError('timeout')));
      };
      const timer = setTimeout(() => {
        if (queue.remove(job)) giveUp();
      }, waitMs);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', giveUp);
        act();
      };
      const job: Job = {
        party,
        plan,
        deadlineMs,
        resolve: (answer) => settle(() => resolve(answer)),
        reject: (error) => settle(() => reject(error)),
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      queue.add(job);
      fill();
      work();
    });
  }

  return {
    read: async (plan, options) => answerOf(await ask(plan, options)),
    list: async (plan, options) => listedOf(await ask(plan, options)),
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(rest);
      for (const job of queue.drain()) job.reject(new LockerError('shutting_down'));
      endAll();
      await Promise.all(gone);
      key.fill(0);
    },
  };
}

function faultOf(error: unknown): Error {
  return error instanceof Error ? error : new LockerError('internal');
}
