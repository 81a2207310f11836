import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createHash } from 'node:crypto';
import { CALLS, type Call, type RunRequest, type Tier } from '../../protocol/sandbox-run.ts';
import type { Batch } from '../../protocol/batch.ts';

/** killed: the process had to go; harmless: an answer in which nothing was found (all zeros). */
export type Outcome = 'killed' | 'thrown' | 'invalid' | 'harmless';

export interface HostileProgram {
  name: string;
  code: string;
  call: Call;
  must: readonly string[];
  runs: number;
}

const folder = join(import.meta.dirname, 'programs');

/** Every file of programs/, with what its header says must happen. */
export function hostilePrograms(): HostileProgram[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.js'))
    .sort()
    .map((file) => {
      const code = readFileSync(join(folder, file), 'utf8');
      const header = (name: string): string | undefined => new RegExp(`^ \\* ${name}: (.+)$`, 'm').exec(code)?.[1];
      const call = CALLS.find((one) => one === (header('call') ?? 'score'));
      const must = header('must')?.split(' ') ?? [];
      if (call === undefined || must.length === 0) throw new Error(`${file} does not say what must happen`);
      return { name: basename(file, '.js'), code, call, must, runs: Number(header('runs') ?? 1) };
    });
}

export const ROWS = 64;

export function smallBatch(): Batch {
  const replies = Float64Array.from({ length: ROWS }, (_, row) => row);
  const ageHours = Float64Array.from({ length: ROWS }, (_, row) => row / 2);
  return { n: ROWS, f64: { replies, ageHours }, u32: {}, u8: {}, author: { n: 0, f64: {}, u32: {}, u8: {} } };
}

/** A request over the small batch. */
export function request<C extends Call>(tier: Tier, call: C, code: string, deadlineMs: number): RunRequest<C> {
  return {
    hash: createHash('sha256').update(code).digest('hex'),
    code,
    tier,
    call,
    settings: { weight: 1 },
    batch: smallBatch(),
    batchDigest: 'small',
    ctx: { now: 1_700_000_000_000, seed: 7, owner: {}, apiVersion: 1 },
    shape: { n: ROWS, maxDecisions: 1000, argStride: 2, reasons: 3, contributions: 2 },
    deadlineMs,
    memoryMb: 32,
  };
}

export const INNOCENT = `module.exports = {
  score: (batch) => ({ score: batch.f64.replies.map((replies) => replies * 2) }),
};`;
