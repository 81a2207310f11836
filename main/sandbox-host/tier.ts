import type { Call, RunRequest, RunResult } from '../../protocol/sandbox-run.ts';
import { memoryClass } from './memory.ts';
import { checkOutput } from './outputs.ts';
import type { Powers } from './powers.ts';
import type { Answer, Ending, SandboxProcess } from './sandbox-process.ts';

export interface TierOptions {
  powers: Powers;
  start(): Promise<SandboxProcess | undefined>;
  /** Processes that run at once. */
  seats: number;
  /** A process serves one algorithm only, and is killed before another's data goes in. */
  exclusive: boolean;
  /** Isolates that wait in each process. */
  spareCells: number;
  /** Answered runs, and milliseconds spent on them, after which a process is replaced. */
  runsPerProcess: number;
  busyMsPerProcess: number;
  onLoss(why: Exclude<Ending, 'retired'>, goneMs: number): void;
}

interface Job {
  request: RunRequest;
  settle(answer: Answer): void;
}

interface Seat {
  process: SandboxProcess | undefined;
  /** Hash of the algorithm that the process has served. */
  owner: string | undefined;
  busy: boolean;
  lastUsed: number;
  warming: NodeJS.Timeout | undefined;
}

/** Time without a request after which spare isolates are made. */
const IDLE_MS = 15;

/** Runs requests on the processes of one tier; those that find no seat wait in the order they came. */
export class Tier implements AsyncDisposable {
  readonly #options: TierOptions;
  readonly #seats: Seat[] = [];
  readonly #processes = new Set<SandboxProcess>();
  readonly #waiting: Job[] = [];
  #spare: Promise<SandboxProcess | undefined> | undefined;
  #closed = false;

  constructor(options: TierOptions) {
    this.#options = options;
  }

  async run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>> {
    const { clock } = this.#options.powers;
    const { promise, resolve } = Promise.withResolvers<{ answer: Answer; ms: number }>();
    const asked = clock();
    this.#waiting.push({ request, settle: (answer) => resolve({ answer, ms: clock() - asked }) });
    this.#dispatch();
    const { answer, ms } = await promise;
    if (!answer.ok) return { ok: false, reason: answer.reason, ms };
    const checked = checkOutput(request.call, answer.payload, request.shape, request.rows?.length ?? 0);
    return checked.ok ? { ok: true, out: checked.out, ms } : { ok: false, reason: checked.reason, ms };
  }

  /** Has a process ready for the next seat; resolves to whether that came up. */
  async prepare(): Promise<boolean> {
    this.#spare ??= this.#start();
    return (await this.#spare) !== undefined;
  }

  /** Answers all that waits with `unavailable` and ends the processes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.settle({ ok: false, reason: 'unavailable' });
    for (const seat of this.#seats) clearTimeout(seat.warming);
    await this.#spare;
    for (const process of this.#processes) process.kill('retired');
    await Promise.all([...this.#processes].map((process) => process.gone));
  }

  #dispatch(): void {
    for (const job of [...this.#waiting]) {
      const seat = this.#seatFor(job.request);
      if (seat === undefined) continue;
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      seat.busy = true;
      clearTimeout(seat.warming);
      void this.#serve(seat, job);
    }
  }

  /** A seat that may take this request now; an exclusive one is emptied first when it served another algorithm. */
  #seatFor(request: RunRequest): Seat | undefined {
    const { exclusive, seats } = this.#options;
    const own = this.#seats.find((seat) => exclusive && seat.owner === request.hash);
    if (own !== undefined) return own.busy ? undefined : own;
    const idle = this.#seats.filter((seat) => !seat.busy);
    const holding = idle.find((seat) => !exclusive && seat.process?.held.has(request.batchDigest));
    if (holding !== undefined) return holding;
    const seat = idle.sort((a, b) => a.lastUsed - b.lastUsed)[0];
    if (seat === undefined || (exclusive && this.#seats.length < seats)) {
      if (this.#seats.length >= seats) return undefined;
      const added = { process: undefined, owner: request.hash, busy: false, lastUsed: 0, warming: undefined };
      this.#seats.push(added);
      return added;
    }
    if (exclusive) {
      seat.process?.kill('retired');
      seat.process = undefined;
    }
    seat.owner = request.hash;
    return seat;
  }

  async #serve(seat: Seat, job: Job): Promise<void> {
    const answer = await this.#answer(seat, job.request);
    seat.busy = false;
    seat.lastUsed = this.#options.powers.clock();
    job.settle(answer);
    if (this.#closed) return;
    // A process that had to be killed leaves a gap: close it before anybody asks.
    if (!answer.ok) void this.prepare();
    if (seat.process !== undefined && this.#worn(seat.process)) {
      seat.process.kill('retired');
      seat.process = undefined;
    }
    this.#dispatch();
    if (!seat.busy) seat.warming = setTimeout(() => void this.#warm(seat, job.request), IDLE_MS);
  }

  async #answer(seat: Seat, request: RunRequest): Promise<Answer> {
    if (seat.process?.alive !== true) seat.process = await this.#take();
    if (seat.process === undefined || this.#closed) return { ok: false, reason: 'unavailable' };
    return seat.process.run(request, memoryClass(request));
  }

  async #warm(seat: Seat, like: RunRequest): Promise<void> {
    const { process } = seat;
    void this.prepare();
    while (process?.alive === true && !seat.busy && process.spares < this.#options.spareCells) {
      await process.warm(memoryClass(like), this.#options.spareCells);
    }
  }

  /** The process that waited, or else a new one. */
  async #take(): Promise<SandboxProcess | undefined> {
    const spare = this.#spare;
    this.#spare = undefined;
    const process = await spare;
    return process?.alive === true ? process : this.#start();
  }

  async #start(): Promise<SandboxProcess | undefined> {
    const process = await this.#options.start();
    if (process === undefined) return undefined;
    if (this.#closed) process.kill('retired');
    this.#processes.add(process);
    void process.gone.then(({ why, afterMs }) => {
      this.#processes.delete(process);
      if (why !== 'retired') this.#options.onLoss(why, afterMs);
    });
    return process;
  }

  #worn(process: SandboxProcess): boolean {
    const { runsPerProcess, busyMsPerProcess } = this.#options;
    return process.runs >= runsPerProcess || process.busyMs >= busyMsPerProcess;
  }
}
