import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '../../../protocol/errors.ts';
import { emptyReport } from '../report.ts';
import { FromIntake, type Job, type ToIntake } from './messages.ts';

const ENTRY = new URL('./intake-worker.ts', import.meta.url);
/** A parser that runs away in memory takes its own thread down, not the locker. */
const MEMORY_MB = 512;
/** A thread without work goes after this long. */
const IDLE_MS = 30_000;

type End = Extract<FromIntake, { kind: 'end' }>;
type News = Exclude<FromIntake, { kind: 'end' }>;

/** Owns one intake thread: starts it with the first job, does one job at a time, stops it when idle. */
export class IntakeThread implements AsyncDisposable {
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #isDisposed = false;

  /**
   * Resolves with how the job ended. `make` is called when its turn comes; null: it was cancelled while it waited.
   * Never rejects.
   */
  run(make: () => Job | null, onNews: (news: News) => void): Promise<End> {
    const turn = this.#queue.then(() => this.#runNow(make, onNews));
    this.#queue = turn;
    return turn;
  }

  /** Asks the job that is running to stop. */
  cancel(): void {
    this.#worker?.postMessage({ kind: 'cancel' } satisfies ToIntake);
  }

  async #runNow(make: () => Job | null, onNews: (news: News) => void): Promise<End> {
    clearTimeout(this.#idle);
    if (this.#isDisposed) return failed('shutting_down');
    const job = make();
    if (job === null) return { ...failed('import_failed'), state: 'cancelled', problem: null };
    const worker = this.#worker ?? this.#start();
    const end = await new Promise<End>((resolve) => {
      const settle = (value: End): void => {
        worker.off('message', listen);
        worker.off('error', fail);
        worker.off('exit', fail);
        resolve(value);
      };
      const listen = (raw: unknown): void => {
        const message = FromIntake.safeParse(raw);
        if (!message.success) settle(failed('import_failed'));
        else if (message.data.kind === 'end') settle(message.data);
        else onNews(message.data);
      };
      const fail = (): void => {
        this.#worker = null;
        settle(failed(this.#isDisposed ? 'shutting_down' : 'import_failed'));
      };
      worker.on('message', listen);
      worker.on('error', fail);
      worker.on('exit', fail);
      worker.postMessage({ kind: 'job', job } satisfies ToIntake, [job.port]);
    });
    this.#idle = setTimeout(() => void this.#stop(), IDLE_MS).unref();
    return end;
  }

  #start(): Worker {
    const worker = new Worker(ENTRY, {
      name: 'intake',
      env: {},
      argv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    // Without a listener an error between two jobs would end the process.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
    this.#worker = worker;
    return worker;
  }

  async #stop(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#idle);
    this.cancel();
    const deadline = new Promise((resolve) => setTimeout(resolve, 2000).unref());
    await Promise.race([this.#queue, deadline]);
    await this.#stop();
  }
}

function failed(problem: ErrorCode): End {
  return { kind: 'end', state: 'failed', problem, report: emptyReport(), title: null };
}
