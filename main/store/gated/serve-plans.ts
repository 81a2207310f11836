import { Plan } from '../../../protocol/contract/plan.ts';
import { openConnection, type Connection } from '../connection.ts';
import { registerFunctions } from './functions.ts';
import { gatedRead, type RawAnswer } from './gated-read.ts';

/** A read-only connection that answers plans and nothing else. */
export interface PlanConnection extends Disposable {
  answer(plan: unknown): RawAnswer;
}

/** @param key 32 bytes; only borrowed */
export function openPlanConnection(file: string, key: Uint8Array): PlanConnection {
  const connection: Connection = openConnection({ file, key, role: 'service', mustExist: true });
  registerFunctions(connection.sqlite);
  return {
    answer: (plan) => gatedRead(connection.rows, Plan.parse(plan)),
    [Symbol.dispose]() {
      connection.close();
    },
  };
}
