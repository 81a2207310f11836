import type { BlockOut, BlockTarget, Severity } from '../../protocol/batch.ts';
import type { Manifest } from '../../protocol/manifest.ts';

export const TARGET_NAMES = ['post', 'author', 'thread', 'word', 'host'] as const;
export const HIDE = 3;
export const WARN = 1;

/**
 * A blocker's mark, free of the batch it was made in: params that pointed into the batch hold a record id (`row`)
 * or the store's author key (`author`), so that a mark can be kept for as long as the post is unchanged.
 */
export interface Decision {
  readonly severity: Severity;
  readonly target: BlockTarget;
  /** Index into the manifest's reasons. */
  readonly reason: number;
  readonly args: readonly number[];
}

/** A decision about the post in a row. */
export interface RowDecision extends Decision {
  readonly row: number;
}

/** Length of the longest params list of the manifest's reasons: the stride of `args`. */
export function argStride(manifest: Manifest): number {
  return manifest.reasons.reduce((longest, reason) => Math.max(longest, reason.params.length), 0);
}

/** The decisions of an output, with its batch's rows turned into record ids and author keys, its labels into kinds of label. */
export function readDecisions(
  out: BlockOut,
  manifest: Manifest,
  ids: Float64Array,
  authorKeys: Float64Array,
  labelKinds: Uint32Array,
): RowDecision[] {
  const stride = argStride(manifest);
  const decisions: RowDecision[] = [];
  for (let i = 0; i < out.row.length; i++) {
    const severity = severityOf(out.severity[i]);
    const target = targetOf(out.target[i]);
    const reason = out.reason[i] ?? 0;
    const params = manifest.reasons[reason]?.params ?? [];
    const args = params.map((param, place) => {
      const value = out.args[i * stride + place] ?? NaN;
      if (param.as === 'row') return ids[value] ?? NaN;
      if (param.as === 'author') return authorKeys[value] ?? NaN;
      if (param.as === 'label' || param.as === 'labeler') return labelKinds[value] ?? NaN;
      return value;
    });
    decisions.push({ row: out.row[i] ?? 0, severity, target, reason, args });
  }
  return decisions;
}

function severityOf(value: number | undefined): Severity {
  return value === 1 || value === 2 || value === 3 ? value : 0;
}

function targetOf(value: number | undefined): BlockTarget {
  return value === 1 || value === 2 || value === 3 || value === 4 ? value : 0;
}
