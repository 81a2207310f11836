import type { ArrangeOut, Batch, BlockOut, Ctx, DampOut, ExplainOut, FitOut, RankOut } from './batch.ts';
import type { Manifest, SettingValues } from './manifest.ts';

export const CALLS = ['score', 'decide', 'dampen', 'arrange', 'explain', 'fit'] as const;
export type Call = (typeof CALLS)[number];

/** `fast`: JIT, algorithms shipped with the app. `hardened`: jitless, one algorithm's columns only. */
export type Tier = 'fast' | 'hardened';

/** What the output of each call looks like once checked. */
export interface CallOut {
  score: RankOut;
  decide: BlockOut;
  dampen: DampOut;
  arrange: ArrangeOut;
  explain: ExplainOut;
  fit: FitOut;
}

/** Longest output of a call, in rows or numbers; the prelude sizes the output buffer from these. */
export interface OutShape {
  /** Rows of the batch. */
  n: number;
  /** Most decisions a blocker may return. */
  maxDecisions: number;
  /** Length of the longest params list of the manifest's reasons. */
  argStride: number;
  /** Number of reasons in the manifest. */
  reasons: number;
  /** Number of contributions in the manifest. */
  contributions: number;
}

/** Sizes the output of a call over `n` rows may have. */
export function outShape(manifest: Manifest, n: number, maxDecisions: number): OutShape {
  return {
    n,
    maxDecisions,
    argStride: Math.max(0, ...manifest.reasons.map(({ params }) => params.length)),
    reasons: manifest.reasons.length,
    contributions: manifest.contributions.length,
  };
}

export interface RunRequest<C extends Call = Call> {
  /** SHA-256 of the code, and the code itself. */
  hash: string;
  code: string;
  tier: Tier;
  call: C;
  settings: SettingValues;
  /** Already cut to the columns that the manifest declares. */
  batch: Batch;
  /** Names the batch's content: equal digests, equal bytes. In the fast tier it is sent once and used again. */
  batchDigest: string;
  ctx: Ctx;
  /** Rows asked for, `explain` only. */
  rows?: Uint32Array;
  shape: OutShape;
  /** Milliseconds from sending to the answer; past it the process is killed. */
  deadlineMs: number;
  memoryMb: number;
}

/**
 * Why a run gave nothing. deadline: killed by the watchdog; exit: the process ended by itself; frame: unreadable answer;
 * thrown: the code threw; invalid: the output failed its checks; unavailable: no sandbox could be started.
 */
export type RunFailure = 'deadline' | 'exit' | 'frame' | 'thrown' | 'invalid' | 'unavailable';

export type RunResult<C extends Call = Call> =
  { ok: true; out: CallOut[C]; ms: number } | { ok: false; reason: RunFailure; ms: number };
