import { createHash } from 'node:crypto';
import { defaultSettings, type AlgorithmPackage, type Manifest } from '../../protocol/manifest.ts';
import { outShape, type Call, type RunFailure, type RunRequest, type RunResult } from '../../protocol/sandbox-run.ts';
import { Vector } from '../../protocol/vector.ts';
import { vectorBatch, vectorCtx } from '../../protocol/vector-batch.ts';
import { vectorDifference, type VectorOut } from '../../protocol/vector-compare.ts';

/** What the market uses of the sandbox host. */
export interface SandboxRunner {
  run<C extends Call>(request: RunRequest<C>): Promise<RunResult<C>>;
}

/** How a package's vectors came out. */
export type VectorReport =
  { ok: true } | { ok: false; vector: string; difference: string } | { ok: false; vector: string; failure: RunFailure };

const DEADLINE_MS = 5000;

function requestFor<C extends Call>(
  call: C,
  manifest: Manifest,
  code: string,
  vector: Vector,
  tier: 'fast' | 'hardened',
): RunRequest<C> {
  const batchDigest = createHash('sha256').update(JSON.stringify(vector)).digest('hex');
  return {
    hash: createHash('sha256').update(code).digest('hex'),
    code,
    tier,
    call,
    settings: { ...defaultSettings(manifest), ...vector.settings },
    batch: vectorBatch(manifest, vector),
    batchDigest,
    ctx: vectorCtx(vector),
    ...(vector.call === 'explain' ? { rows: Uint32Array.from(vector.rows) } : {}),
    shape: outShape(manifest, vector.n, vector.n * 16 + 64),
    deadlineMs: DEADLINE_MS,
    memoryMb: manifest.limits.memoryMb,
  };
}

/** A vector's call, answered by the sandbox; `ms` as the sandbox measured it. */
export type VectorRun = { failure: RunFailure } | { answer: VectorOut; ms: number };

/** Runs one vector's call, whatever it expects. */
export async function runVector(
  { manifest, code }: AlgorithmPackage,
  vector: Vector,
  tier: 'fast' | 'hardened',
  sandbox: SandboxRunner,
): Promise<VectorRun> {
  switch (vector.call) {
    case 'score': {
      const result = await sandbox.run(requestFor('score', manifest, code, vector, tier));
      return result.ok ? { answer: { call: 'score', out: result.out }, ms: result.ms } : { failure: result.reason };
    }
    case 'decide': {
      const result = await sandbox.run(requestFor('decide', manifest, code, vector, tier));
      return result.ok ? { answer: { call: 'decide', out: result.out }, ms: result.ms } : { failure: result.reason };
    }
    case 'dampen': {
      const result = await sandbox.run(requestFor('dampen', manifest, code, vector, tier));
      return result.ok ? { answer: { call: 'dampen', out: result.out }, ms: result.ms } : { failure: result.reason };
    }
    case 'arrange': {
      const result = await sandbox.run(requestFor('arrange', manifest, code, vector, tier));
      return result.ok ? { answer: { call: 'arrange', out: result.out }, ms: result.ms } : { failure: result.reason };
    }
    case 'fit': {
      const result = await sandbox.run(requestFor('fit', manifest, code, vector, tier));
      return result.ok ? { answer: { call: 'fit', out: result.out }, ms: result.ms } : { failure: result.reason };
    }
    case 'explain': {
      const result = await sandbox.run(requestFor('explain', manifest, code, vector, tier));
      return result.ok ? { answer: { call: 'explain', out: result.out }, ms: result.ms } : { failure: result.reason };
    }
  }
}

/** Runs the vectors a package brings in the sandbox and compares the answers; stops at the first that disagrees. */
export async function runVectors(
  packed: AlgorithmPackage,
  tier: 'fast' | 'hardened',
  sandbox: SandboxRunner,
): Promise<VectorReport> {
  for (const raw of packed.vectors) {
    const parsed = Vector.safeParse(raw);
    if (!parsed.success) return { ok: false, vector: '?', difference: 'not a valid vector' };
    const vector = parsed.data;
    const run = await runVector(packed, vector, tier, sandbox);
    if ('failure' in run) return { ok: false, vector: vector.name, failure: run.failure };
    const difference = vectorDifference(packed.manifest, vector, run.answer);
    if (difference !== null) return { ok: false, vector: vector.name, difference };
  }
  return { ok: true };
}

/** What didn't come out as it must, in a sentence. */
export function vectorProblem(report: Exclude<VectorReport, { ok: true }>): string {
  return `vector "${report.vector}": ${'difference' in report ? report.difference : report.failure}`;
}
