import { createHash } from 'node:crypto';
import type { AlgorithmPackage } from '../../protocol/manifest.ts';
import { Vector } from '../../protocol/vector.ts';
import { runVector, runVectors, vectorProblem, type SandboxRunner, type VectorRun } from '../market/index.ts';
import { sampleVector, SAMPLE_POSTS } from './sample-vector.ts';

/** How an algorithm did. */
export interface TryOut {
  readonly ok: boolean;
  /** A line each. */
  readonly lines: readonly string[];
}

const TIERS = ['fast', 'hardened'] as const;

/** All bytes of an answer. */
function digestOf(run: VectorRun): string {
  if ('failure' in run) return run.failure;
  const hash = createHash('sha256');
  for (const [name, value] of Object.entries(run.answer.out)) {
    hash.update(name);
    if (ArrayBuffer.isView(value)) hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  return hash.digest('hex');
}

/** Runs an algorithm's vectors in both tiers, each twice for the same bytes, and 5,000 made-up posts within its budget. */
export async function tryOut(packed: AlgorithmPackage, sandbox: SandboxRunner): Promise<TryOut> {
  const lines: string[] = [];
  let ok = true;
  const say = (good: boolean, line: string): void => {
    ok &&= good;
    lines.push(`${good ? '✓' : '✗'} ${line}`);
  };
  const count = packed.vectors.length;
  if (count === 0) say(false, 'there are no vectors: add one to vectors.json');
  for (const tier of TIERS) {
    const report = await runVectors(packed, tier, sandbox);
    say(report.ok, `${tier} tier: ${report.ok ? `${count} vectors agree` : vectorProblem(report)}`);
  }
  const vectors = packed.vectors.flatMap((raw) => Vector.safeParse(raw).data ?? []);
  const sample = sampleVector(packed.manifest);
  const differing: string[] = [];
  for (const vector of [...vectors, sample]) {
    const [first, again] = [
      await runVector(packed, vector, 'hardened', sandbox),
      await runVector(packed, vector, 'hardened', sandbox),
    ];
    if (digestOf(first) !== digestOf(again)) differing.push(vector.name);
  }
  say(
    differing.length === 0,
    differing.length === 0 ? 'the same bytes twice' : `not the same bytes twice: ${differing.join(', ')}`,
  );
  const run = await runVector(packed, sample, 'hardened', sandbox);
  if ('failure' in run) say(false, `${SAMPLE_POSTS} made-up posts: ${run.failure}`);
  else {
    const budget = (packed.manifest.limits.cpuMsPer1000 * SAMPLE_POSTS) / 1000;
    const good = run.ms <= budget;
    const advice = good ? '' : '; make it quicker, or ask for more in limits.cpuMsPer1000';
    say(good, `${SAMPLE_POSTS} made-up posts in ${run.ms.toFixed(1)} ms of ${budget} ms${advice}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(packed));
  say(true, `the package is ${(bytes / 1024).toFixed(1)} KiB of 1024`);
  return { ok, lines };
}
