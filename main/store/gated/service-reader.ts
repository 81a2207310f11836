import type { Plan, PlanAnswer } from '../../../protocol/contract/plan.ts';

/** Reads for services: each plan is one statement, in a process that can do nothing else and is killed past its deadline. */
export interface ServiceReader extends AsyncDisposable {
  /**
   * @throws LockerError `query_too_slow` past the deadline, which counts from when the statement starts; `timeout` when its
   * turn did not come; `bad_query` where `words` has no word; `shutting_down`
   */
  read(plan: Plan, options?: ReadOptions): Promise<PlanAnswer>;
}

export interface ReadOptions {
  /** Longest time for the statement, in milliseconds. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /** On whose behalf: parties take turns, and none occupies more than one process while others wait. */
  readonly party?: string;
}
