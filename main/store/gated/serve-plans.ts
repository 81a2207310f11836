import { Plan } from '../../../protocol/contract/plan.ts';
import { openSqlite } from '../open-sqlite.ts';
import { createStatementCache } from '../statement-cache.ts';
import { registerFunctions } from './functions.ts';
import { gatedRead, type RawAnswer } from './gated-read.ts';

/** A read-only connection that answers plans and nothing else. */
export interface PlanConnection extends Disposable {
  answer(plan: unknown): RawAnswer;
}

/** @param key 32 bytes; only borrowed */
export function openPlanConnection(file: string, key: Uint8Array): PlanConnection {
  const sqlite = openSqlite({ file, key, role: 'service', mustExist: true });
  const statements = createStatementCache(sqlite);
  registerFunctions(sqlite);
  return {
    answer: (plan) => gatedRead((query) => statements.rows(query), Plan.parse(plan)),
    [Symbol.dispose]() {
      statements.close();
    },
  };
}
