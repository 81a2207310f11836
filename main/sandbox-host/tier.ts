import type { Call, RunRequest, RunResult } from '../../protocol/sandbox-run.ts';
import { MIN_CLASS_MB, memoryClass } from './memory.ts';
import { checkOutput } from './outputs.ts';
import type { Powers } from './powers.ts';
import { rehearsalKey } from './rehearsals.ts';
import type { Answer, Ending, SandboxProcess } from './sandbox-process.ts';

export interface TierOptions {
  powers: Powers;
  start(): Promise<SandboxProcess | undefined>;
  /** Processes that run at once. */
  seats: number;
  /** Processes kept alive while the tier is in use: those beyond the seats taken wait for the next loss. */
  keep: number;
  /** A process serves one algorithm only, and is killed before another's data goes in. */
  exclusive: boolean;
  /** Isolates that wait in each process and have seen nothing. */
  spareCells: number;
  /** Whether isolates are made that have rehearsed what runs often. */
  rehearses: boolean;
  /** What a process may have done, or hold, before it is replaced. */
  wornAfter: { runs: number; busyMs: number; residentMb: number };
  /** Milliseconds without a request after which all processes end; undefined: never. */
  restAfterMs: number | undefined;
  onLoss(why: Exclude<Ending, 'retired'>, goneMs: number): void;
}

interface Job {
  request: RunRequest;
  /** What an isolate may have rehearsed for it; undefined where it can't be named. */
  rehearsal: string | undefined;
  settle(answer: Answer): void;
}

interface Seat {
  process: SandboxProcess | undefined;
  /** Hash of the algorithm that the process has served. */
  owner: string | undefined;
  busy: boolean;
  /** An isolate is being made for it: what comes meanwhile goes to another seat, or waits for whichever is free first. */
  preparing: boolean;
  lastUsed: number;
  warming: NodeJS.Timeout | undefined;
}

/** Time without a request after which spare isolates are made. */
const IDLE_MS = 8;
const MB = 1024 * 1024;
const unavailable: Answer = { ok: false, reason: 'unavailable', ms: 0 };

/** Runs requests on the processes of one tier; those that find no seat wait in the order they came. */
export class Tier implements AsyncDisposable {
  readonly #options: TierOptions;
  readonly #seats: Seat[] = [];
  readonly #processes = new Set<SandboxProcess>();
  readonly #waiting: Job[] = [];
  /** Rehearsals that ended a process: not tried again. */
  readonly #unrehearsable = new Set<string>();
  #spare: Promise<SandboxProcess | undefined> | undefined;
  #resting: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: TierOptions) {
    this.#options = options;
  }

  async run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.push({ request, rehearsal: rehearsalOf(request), settle: resolve });
    this.#dispatch();
    const answer = await promise;
    if (!answer.ok) return answer;
    const checked = checkOutput(request.call, answer.payload, request.shape, request.rows?.length ?? 0);
    return { ...checked, ms: answer.ms };
  }

  /** Has a process ready for the next seat; resolves to whether that came up. */
  async prepare(): Promise<boolean> {
    this.#spare ??= this.#start();
    return (await this.#spare) !== undefined;
  }

  /** Answers all that waits with `unavailable` and ends the processes. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.settle(unavailable);
    for (const seat of this.#seats) clearTimeout(seat.warming);
    clearTimeout(this.#resting);
    await this.#spare;
    for (const process of this.#processes) process.kill('retired');
    await Promise.all([...this.#processes].map((process) => process.gone));
  }

  #dispatch(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const { job, seat } = next;
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      seat.busy = true;
      clearTimeout(seat.warming);
      void this.#serve(seat, job);
    }
  }

  /** A job that waits and a seat for it: first what an idle seat has rehearsed, then in the order they came. */
  #next(): { job: Job; seat: Seat } | undefined {
    const idle = this.#seats.filter(isFree);
    for (const job of this.#waiting) {
      const { rehearsal } = job;
      const seat = rehearsal && idle.find(({ process }) => process?.rehearsals.isReady(rehearsal));
      if (seat) return { job, seat };
    }
    for (const job of this.#waiting) {
      const seat = this.#seatFor(job.request);
      if (seat !== undefined) return { job, seat };
    }
    return undefined;
  }

  /** A seat that may take this request now; an exclusive one is emptied first when it served another algorithm. */
  #seatFor(request: RunRequest): Seat | undefined {
    const { exclusive, seats } = this.#options;
    const own = this.#seats.find((seat) => exclusive && seat.owner === request.hash);
    if (own !== undefined) return isFree(own) ? own : undefined;
    const idle = this.#seats.filter(isFree).sort((a, b) => b.lastUsed - a.lastUsed);
    if (!exclusive && idle.length > 0) {
      return idle.find((seat) => seat.process?.held.has(request.batchDigest)) ?? idle[0];
    }
    if (this.#seats.length < seats) {
      const fresh = { process: undefined, owner: request.hash, lastUsed: 0, warming: undefined };
      const added: Seat = { ...fresh, busy: false, preparing: false };
      this.#seats.push(added);
      return added;
    }
    const seat = idle.at(-1);
    if (seat === undefined) return undefined;
    this.#empty(seat);
    seat.owner = request.hash;
    return seat;
  }

  #empty(seat: Seat): void {
    seat.process?.kill('retired');
    seat.process = undefined;
  }

  async #serve(seat: Seat, job: Job): Promise<void> {
    const answer = await this.#answer(seat, job.request);
    seat.busy = false;
    seat.lastUsed = this.#options.powers.clock();
    job.settle(answer);
    if (this.#closed) return;
    // A process that was killed leaves a gap: close it before anybody asks.
    if (!answer.ok || this.#options.exclusive) this.#keepUp();
    if (this.#worn(seat.process)) this.#empty(seat);
    this.#dispatch();
    if (!seat.busy) seat.warming = setTimeout(() => void this.#rest(seat, job.request), IDLE_MS);
    this.#restLater();
  }

  async #answer(seat: Seat, request: RunRequest): Promise<Answer> {
    if (seat.process?.alive !== true) seat.process = await this.#take();
    if (seat.process === undefined || this.#closed) return unavailable;
    // What can't even be put into a frame was never sent.
    return seat.process.run(request, memoryClass(request)).catch(() => unavailable);
  }

  /** Nothing to do for a moment: look at the process's size, make it spare isolates, and fill the gaps. */
  async #rest(seat: Seat, like: RunRequest): Promise<void> {
    const { process } = seat;
    const { spareCells, rehearses, wornAfter } = this.#options;
    const bytes = await process?.look();
    if (!seat.busy && bytes !== undefined && bytes > wornAfter.residentMb * MB) this.#empty(seat);
    this.#keepUp();
    while (rehearses && process?.alive === true && !seat.busy) {
      const next = process.rehearsals.next(this.#unrehearsable);
      if (next === undefined) break;
      await this.#prepare(seat, process.rehearse(next));
      if (!process.alive && !this.#closed) this.#unrehearsable.add(rehearsalKey(next));
    }
    while (process?.alive === true && !seat.busy && process.spares < spareCells) {
      await this.#prepare(seat, process.warm(memoryClass(like), spareCells));
    }
    if (!seat.busy) await process?.look();
  }

  async #prepare(seat: Seat, work: Promise<void>): Promise<void> {
    seat.preparing = true;
    try {
      await work;
    } finally {
      seat.preparing = false;
    }
    this.#dispatch();
  }

  #keepUp(): void {
    const alive = [...this.#processes].filter((process) => process.alive).length;
    if (alive < this.#options.keep) void this.prepare();
  }

  #restLater(): void {
    const { restAfterMs } = this.#options;
    clearTimeout(this.#resting);
    if (restAfterMs === undefined) return;
    this.#resting = setTimeout(() => {
      if (this.#seats.some((seat) => seat.busy)) return;
      this.#spare = undefined;
      for (const seat of this.#seats.splice(0)) clearTimeout(seat.warming);
      for (const process of this.#processes) process.kill('retired');
    }, restAfterMs).unref();
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
    // One isolate is there when the first request comes.
    void process.warm(MIN_CLASS_MB, 1);
    this.#processes.add(process);
    void process.gone.then(({ why, afterMs }) => {
      this.#processes.delete(process);
      if (why !== 'retired') this.#options.onLoss(why, afterMs);
    });
    return process;
  }

  #worn(process: SandboxProcess | undefined): boolean {
    const { runs, busyMs } = this.#options.wornAfter;
    return process !== undefined && (process.runs >= runs || process.busyMs >= busyMs);
  }
}

function isFree({ busy, preparing }: Seat): boolean {
  return !busy && !preparing;
}

function rehearsalOf(request: RunRequest): string | undefined {
  try {
    return rehearsalKey(request);
  } catch {
    // Settings that are no JSON: the run itself will fail by them.
    return undefined;
  }
}
