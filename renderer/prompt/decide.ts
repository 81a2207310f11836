import type { AccessRequest, ClauseChange } from '../../protocol/owner/services.ts';
import type { ClauseDraft, Drafts } from './limits.ts';

/** Why "Allow" does not work yet; null: it does. */
export type Hindrance = 'over' | 'nothing' | 'number';

export function hindranceOf(
  request: Pick<AccessRequest, 'numbers' | 'clauses'>,
  drafts: Drafts,
  picked: number | null,
  over: boolean,
): Hindrance | null {
  if (over) return 'over';
  if (!request.clauses.some(({ clause }) => drafts.get(clause.clause_id)?.on === true)) return 'nothing';
  if (request.numbers !== null && (picked === null || !request.numbers.includes(picked))) return 'number';
  return null;
}

/** Nothing optional is on before the owner says so; what is in force already stays as it is. */
export function startingDraft(draft: ClauseDraft, required: boolean, change: ClauseChange['change']): ClauseDraft {
  return required || change !== 'added' ? draft : { ...draft, on: false };
}

/** How a request changes a clause: all of a new contract is added. */
export function changeOf(request: Pick<AccessRequest, 'kind' | 'changes'>, clauseId: string): ClauseChange['change'] {
  const found = request.changes.find((change) => change.clauseId === clauseId);
  return found?.change ?? (request.kind === 'new' ? 'added' : 'same');
}

/** What grows, or is worded otherwise, is looked at; the rest is folded away. */
export function isProminent(change: ClauseChange['change']): boolean {
  return change === 'added' || change === 'wider' || change === 'text';
}

/** Moments, in seconds before the end, at which the time left is spoken. */
const SPOKEN = [300, 60] as const;

/** Time left as it is shown: whole minutes until the last two, then tens of seconds. */
export function timeLeft(seconds: number): { unit: 'minute' | 'second' | 'over'; count: number } {
  if (seconds <= 0) return { unit: 'over', count: 0 };
  if (seconds >= 120) return { unit: 'minute', count: Math.floor(seconds / 60) };
  return { unit: 'second', count: Math.ceil(seconds / 10) * 10 };
}

/** The moment to speak of that was passed between two looks at the clock; null: none. */
export function spokenBetween(before: number, now: number): number | null {
  if (before > 0 && now <= 0) return 0;
  return SPOKEN.find((moment) => before > moment && now <= moment) ?? null;
}
