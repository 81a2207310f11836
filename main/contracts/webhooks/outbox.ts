import type { JsonObject } from '../../../protocol/json.ts';

/** A notice to a service that was committed together with what it tells of. */
export interface Notice {
  readonly id: number;
  /** Where it goes: the `webhook` of the offer in force. */
  readonly webhook: string;
  /** The client whose origin the webhook must share; a program on this computer has an http one. */
  readonly clientId: string;
  /** What happened: `grant.limited`, `grant.withdrawn`, `erasure.demanded`… */
  readonly kind: string;
  readonly grantId: string;
  readonly body: JsonObject;
  /** UTC milliseconds. */
  readonly made: number;
  /** How often it was tried in vain. */
  readonly attempts: number;
}

/** Notices that wait to be sent. What is due stays due until it is delivered, also over a crash. */
export interface Outbox {
  /** What is to be sent now, oldest first, and when the next one after it is due; null: nothing waits. */
  due(now: number): Promise<{ readonly due: readonly Notice[]; readonly next: number | null }>;
  delivered(id: number): Promise<void>;
  /** It did not arrive. `nextAt` null: it is never tried again. `problem`: a few words or a code, never content. */
  failed(id: number, nextAt: number | null, problem: string): Promise<void>;
}
