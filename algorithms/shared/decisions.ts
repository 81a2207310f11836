import type { BlockOut, BlockTarget, Severity } from '../types.ts';

/** Collects a blocker's decisions, growing as needed. */
export class Decisions {
  readonly #stride: number;
  readonly #rows: number[] = [];
  readonly #severities: number[] = [];
  readonly #targets: number[] = [];
  readonly #reasons: number[] = [];
  readonly #args: number[] = [];

  /** @param stride length of the longest params list of the manifest's reasons */
  constructor(stride: number) {
    this.#stride = stride;
  }

  /** @param args the reason's params in order; what is left of the stride is NaN */
  add(row: number, severity: Severity, target: BlockTarget, reason: number, ...args: number[]): void {
    this.#rows.push(row);
    this.#severities.push(severity);
    this.#targets.push(target);
    this.#reasons.push(reason);
    for (let place = 0; place < this.#stride; place++) this.#args.push(args[place] ?? NaN);
  }

  out(): BlockOut {
    return {
      row: Uint32Array.from(this.#rows),
      severity: Uint8Array.from(this.#severities),
      target: Uint8Array.from(this.#targets),
      reason: Uint16Array.from(this.#reasons),
      args: Float64Array.from(this.#args),
    };
  }
}
