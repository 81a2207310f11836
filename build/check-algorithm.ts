/**
 * Packs an algorithm's folder and runs its vectors in the sandbox, in both tiers: `node build/check-algorithm.ts FOLDER`.
 * Exit code 0 where every answer agrees.
 */
import { resolve } from 'node:path';
import { runVectors, type VectorReport } from '../main/market/index.ts';
import { createSandboxHost } from '../main/sandbox-host/index.ts';
import { AlgorithmPackage } from '../protocol/manifest.ts';
import { packAlgorithm } from './pack-algorithms.ts';

const TIERS = ['fast', 'hardened'] as const;

/** What became of one tier's run. */
export interface TierReport {
  readonly tier: (typeof TIERS)[number];
  readonly report: VectorReport;
}

/** @throws {Error} where the manifest, the vectors or the size aren't valid, or the code doesn't bundle */
export async function checkAlgorithm(folder: string): Promise<{ vectors: number; tiers: TierReport[] }> {
  const { bytes } = await packAlgorithm(folder);
  const packed = AlgorithmPackage.parse(JSON.parse(bytes));
  await using sandbox = createSandboxHost();
  const tiers: TierReport[] = [];
  for (const tier of TIERS) tiers.push({ tier, report: await runVectors(packed, tier, sandbox) });
  return { vectors: packed.vectors.length, tiers };
}

function sentence({ tier, report }: TierReport, vectors: number): string {
  if (report.ok) return `${tier}: ${vectors} vectors agree`;
  return `${tier}: “${report.vector}” ${'difference' in report ? report.difference : `gave no answer (${report.failure})`}`;
}

if (import.meta.main) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error('usage: check-algorithm.ts FOLDER');
  const { vectors, tiers } = await checkAlgorithm(resolve(folder));
  for (const tier of tiers) process.stdout.write(`${sentence(tier, vectors)}\n`);
  process.exitCode = tiers.every(({ report }) => report.ok) ? 0 : 1;
}
