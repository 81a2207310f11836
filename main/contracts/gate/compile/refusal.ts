import type { ErrorCode } from '../../../../protocol/errors.ts';

/** Why a request is not answered. `detail` names the clause and what it lacks, never anything the locker holds. */
export interface Refusal {
  readonly refused: ErrorCode;
  readonly detail: string;
}

export function refusal(refused: ErrorCode, detail: string): Refusal {
  return { refused, detail };
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}

/** For a datatype, action or field that a request names and its clause lacks; the same whether it was offered or not. */
export function notGranted(
  code: 'action_not_granted' | 'datatype_not_granted' | 'field_not_granted' | 'clause_not_granted',
  clauseId: string,
  what: string,
): Refusal {
  return { refused: code, detail: `${clauseId}: ${what}; ask for it with grant_management_action=merge` };
}
