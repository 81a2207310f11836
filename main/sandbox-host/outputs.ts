import type { BlockOut } from '../../protocol/batch.ts';
import type { Call, CallOut, OutShape } from '../../protocol/sandbox-run.ts';
import { OUT_FLAG_REASON, OUT_HEADER_BYTES, OUT_STATUS } from '../../protocol/sandbox-wire.ts';

export type Checked<C extends Call> = { ok: true; out: CallOut[C] } | { ok: false; reason: 'thrown' | 'invalid' };

/** The arrays of an output, taken in order; undefined once one doesn't fit. */
class Cursor {
  readonly #buffer: ArrayBuffer;
  #at = OUT_HEADER_BYTES;

  constructor(buffer: ArrayBuffer) {
    this.#buffer = buffer;
  }
  take(length: number, elementBytes: number): [ArrayBuffer, number, number] {
    const at = this.#at;
    this.#at += length * elementBytes;
    return [this.#buffer, at, length];
  }
}

type Readers = {
  [C in Call]: (cursor: Cursor, count: number, flags: number, shape: OutShape, rows: number) => CallOut[C] | undefined;
};

const READERS: Readers = {
  score: (cursor, _count, _flags, { n }) => {
    const score = new Float64Array(...cursor.take(n, 8));
    return noneInfinite(score) ? { score } : undefined;
  },
  dampen: (cursor, _count, _flags, { n }) => {
    const factor = new Float64Array(...cursor.take(n, 8));
    for (let row = 0; row < n; row += 1) {
      const value = factor[row];
      if (value === undefined || !Number.isFinite(value)) return undefined;
      factor[row] = Math.min(1, Math.max(0, value));
    }
    return { factor };
  },
  explain: (cursor, _count, _flags, { contributions }, rows) => {
    const contribution = new Float64Array(...cursor.take(rows * contributions, 8));
    for (let at = 0; at < contribution.length; at += 1) {
      const value = contribution[at] ?? 0;
      // What couldn't be worked out contributes nothing.
      if (Number.isNaN(value)) contribution[at] = 0;
      else if (!Number.isFinite(value)) return undefined;
    }
    return { contribution };
  },
  fit: (cursor, count) => {
    const state = new Float64Array(...cursor.take(count, 8));
    return state.every(Number.isFinite) ? { state } : undefined;
  },
  arrange: (cursor, _count, flags, { n, reasons }) => {
    const order = new Uint32Array(...cursor.take(n, 4));
    if (!isPermutation(order)) return undefined;
    if (flags !== OUT_FLAG_REASON) return { order };
    const reason = new Uint16Array(...cursor.take(n, 2));
    return reason.every((code) => code < reasons || code === 65535) ? { order, reason } : undefined;
  },
  decide: (cursor, count, _flags, shape) => {
    const args = new Float64Array(...cursor.take(count * shape.argStride, 8));
    const row = new Uint32Array(...cursor.take(count, 4));
    const reason = new Uint16Array(...cursor.take(count, 2));
    const severity = new Uint8Array(...cursor.take(count, 1));
    const target = new Uint8Array(...cursor.take(count, 1));
    const out: BlockOut = { row, severity, target, reason, args };
    return decisionsInBounds(out, shape) ? out : undefined;
  },
};

/** Checks a run's output: status, exact length, finite numbers, indexes in range, permutation. Never throws. */
export function checkOutput<C extends Call>(
  call: C,
  payload: Uint8Array<ArrayBuffer>,
  shape: OutShape,
  rows: number,
): Checked<C> {
  const { buffer } = payload;
  if (payload.byteLength < OUT_HEADER_BYTES || payload.byteLength !== buffer.byteLength) return invalid;
  const [status = 255, count = 0, flags = 0] = new Uint32Array(buffer, 0, 4);
  if (status === OUT_STATUS.thrown) return { ok: false, reason: 'thrown' };
  if (status !== OUT_STATUS.ok || payload.byteLength !== expectedBytes(call, count, flags, shape, rows)) return invalid;
  const out = READERS[call](new Cursor(buffer), count, flags, shape, rows);
  return out === undefined ? invalid : { ok: true, out };
}

const invalid = { ok: false, reason: 'invalid' } as const;

function expectedBytes(call: Call, count: number, flags: number, shape: OutShape, rows: number): number {
  switch (call) {
    case 'score':
    case 'dampen':
      return OUT_HEADER_BYTES + shape.n * 8;
    case 'explain':
      return OUT_HEADER_BYTES + rows * shape.contributions * 8;
    case 'fit':
      return OUT_HEADER_BYTES + count * 8;
    case 'arrange':
      return OUT_HEADER_BYTES + shape.n * (flags === OUT_FLAG_REASON ? 6 : 4);
    case 'decide':
      return count > shape.maxDecisions ? -1 : OUT_HEADER_BYTES + count * (shape.argStride * 8 + 8);
    default:
      return -1;
  }
}

/** Built-in searches are ten times as fast as a loop here, and this runs over every score of every algorithm. */
function noneInfinite(numbers: Float64Array): boolean {
  return !numbers.includes(Infinity) && !numbers.includes(-Infinity);
}

function isPermutation(order: Uint32Array): boolean {
  const seen = new Uint8Array(order.length);
  for (const row of order) {
    if (row >= order.length || seen[row] === 1) return false;
    seen[row] = 1;
  }
  return true;
}

function decisionsInBounds(out: BlockOut, shape: OutShape): boolean {
  return (
    out.row.every((row) => row < shape.n) &&
    out.severity.every((severity) => severity <= 3) &&
    out.target.every((target) => target <= 4) &&
    out.reason.every((reason) => reason < shape.reasons) &&
    noneInfinite(out.args)
  );
}
