import type { Ctx } from '../../protocol/batch.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Call, CallOut, OutShape, RunFailure, RunRequest, RunResult } from '../../protocol/sandbox-run.ts';
import { Answers } from './answers.ts';
import type { NamedBatch } from './batch.ts';
import { argStride } from './decision.ts';
import { jsonDigest } from './digest.ts';
import type { Member } from './member.ts';

/** What the feed needs of the sandbox host. */
export interface Sandbox {
  run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>>;
}

/** An answer, or why there is none. */
export type Ran<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: RunFailure };

type WholeCall = Exclude<Call, 'explain'>;
type Memory = { [C in WholeCall]: Answers<Ran<CallOut[C]>> };

/** Rows of answers that are kept per kind of call. */
const KEPT_ROWS = 1_000_000;
/** Room for a busy machine and for the other algorithms of the mix, before an algorithm counts as stuck. */
const BASE_DEADLINE_MS = 1500;
const DEADLINE_FACTOR = 5;
const LONGEST_DEADLINE_MS = 30_000;

/** Runs algorithms, and remembers the answers: same code, settings, batch and context, same bytes. */
export class Runner {
  readonly #sandbox: Sandbox;
  readonly #memory: Memory = {
    score: new Answers(KEPT_ROWS),
    decide: new Answers(KEPT_ROWS),
    dampen: new Answers(KEPT_ROWS),
    arrange: new Answers(KEPT_ROWS),
    fit: new Answers(KEPT_ROWS),
  };

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** The answer to a call about the whole batch, from memory where it was given before. */
  async run<C extends WholeCall>(member: Member, call: C, named: NamedBatch, ctx: Ctx): Promise<Ran<CallOut[C]>> {
    const key = `${member.algorithm.hash} ${named.digest} ${jsonDigest([member.settings, contextContent(ctx)])}`;
    const answers: Answers<Ran<CallOut[C]>> = this.#memory[call];
    return answers.get(
      key,
      named.batch.n,
      () => this.ask(member, call, named, ctx),
      (ran) => ran.ok,
    );
  }

  /** The answer to a call, asked now; `rows` for `explain`. */
  async ask<C extends Call>(
    member: Member,
    call: C,
    named: NamedBatch,
    ctx: Ctx,
    rows?: Uint32Array,
  ): Promise<Ran<CallOut[C]>> {
    const { manifest, code, hash, tier } = member.algorithm;
    const { n } = named.batch;
    const result = await this.#sandbox.run({
      hash,
      code,
      tier,
      call,
      settings: member.settings,
      batch: named.batch,
      batchDigest: named.digest,
      ctx,
      shape: outShape(manifest, n),
      deadlineMs: deadlineMs(manifest, n),
      memoryMb: manifest.limits.memoryMb,
      ...(rows === undefined ? {} : { rows }),
    });
    return result.ok ? { ok: true, value: result.out } : { ok: false, reason: result.reason };
  }
}

function outShape(manifest: Manifest, n: number): OutShape {
  return {
    n,
    maxDecisions: 2 * n + 16,
    argStride: argStride(manifest),
    reasons: manifest.reasons.length,
    contributions: manifest.contributions.length,
  };
}

function deadlineMs({ limits }: Manifest, n: number): number {
  return Math.min(LONGEST_DEADLINE_MS, BASE_DEADLINE_MS + (DEADLINE_FACTOR * limits.cpuMsPer1000 * n) / 1000);
}

function contextContent({ now, seed, owner, state }: Ctx): unknown[] {
  return [
    now,
    seed,
    owner.words ?? null,
    owner.hosts ?? null,
    owner.labels ?? null,
    state === undefined ? null : Array.from(state),
  ];
}
