import type { Limits } from '../../protocol/contract/offer.ts';
import type { ClausePreview, Preview } from '../../protocol/owner/services.ts';
import { sayError } from '../api/problem.ts';
import { createSettled, type Settled } from './settled.ts';

/** Moving a control waits this long before the locker is asked. */
const SETTLE_MS = 250;

/** What would be released under the limits being tried. The last answer stays on screen while the next is worked out. */
export class PreviewState {
  answer = $state.raw<Preview | null>(null);
  busy = $state(false);
  problem = $state<string | null>(null);
  readonly #settled: Settled<Limits>;

  constructor(ask: (limits: Limits, signal: AbortSignal) => Promise<Preview>) {
    this.#settled = createSettled({
      ask,
      wait: SETTLE_MS,
      onbusy: (busy) => (this.busy = busy),
      onanswer: (answer) => {
        this.answer = answer;
        this.problem = null;
      },
      onproblem: (error) => (this.problem = sayError(error)),
    });
  }

  start(limits: Limits): void {
    this.#settled.now(limits);
  }

  follow(limits: Limits): void {
    this.#settled.change(limits);
  }

  of(clauseId: string): ClausePreview | null {
    return this.answer?.clauses.find((clause) => clause.clauseId === clauseId) ?? null;
  }

  stop(): void {
    this.#settled.stop();
  }
}
