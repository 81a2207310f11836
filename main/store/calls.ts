import { LockerError } from '../../protocol/errors.ts';
import { errorOf } from './failures.ts';
import { Reply } from './messages.ts';

interface Done {
  readonly output: unknown;
  readonly ms: number;
  readonly shared: boolean;
}
interface Waiting {
  readonly resolve: (reply: Done) => void;
  readonly reject: (error: LockerError) => void;
}

/** Matches replies to the calls that wait for them. */
export interface Calls {
  /** Numbers a call, hands it to `send`, and resolves with its reply. */
  start(send: (id: number) => void): Promise<Done>;
  settle(message: unknown): void;
  /** Rejects everything that waits, and every later call. */
  fail(error: LockerError): void;
}

export function createCalls(): Calls {
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let failed: LockerError | undefined;
  return {
    start(send) {
      if (failed !== undefined) return Promise.reject(failed);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        try {
          send(id);
        } catch (error) {
          waiting.delete(id);
          reject(new LockerError('internal', { cause: error }));
        }
      });
    },
    settle(message) {
      const reply = Reply.parse(message);
      const call = waiting.get(reply.id);
      if (call === undefined) return;
      waiting.delete(reply.id);
      if (reply.ok) call.resolve({ output: reply.output, ms: reply.ms, shared: reply.shared === true });
      else call.reject(errorOf(reply));
    },
    fail(error) {
      failed ??= error;
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
    },
  };
}
