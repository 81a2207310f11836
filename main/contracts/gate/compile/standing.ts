import type { Action, Clause } from '../../../../protocol/contract/clause.ts';
import type { GrantView } from '../../../../protocol/contract/grant.ts';
import { instantMs } from '../../lattice/times.ts';
import { notGranted, refusal, type Refusal } from './refusal.ts';

/** Whether a contract may be used at all. */
export function grantStanding({ state }: GrantView): Refusal | null {
  switch (state) {
    case 'active':
      return null;
    case 'paused':
      return refusal('paused', 'by the owner');
    case 'withdrawn':
    case 'expired':
      return refusal('grant_over', state);
  }
}

/** The clause of that id in force now. One that is over refuses what is asked under it, and nothing else. */
export function clauseStanding(
  { authorization_details: clauses }: GrantView,
  id: string,
  now: number,
): Clause | Refusal {
  const clause = clauses.find(({ clause_id: own }) => own === id);
  if (clause === undefined) return notGranted('clause_not_granted', id, 'this clause');
  const { from, until } = clause.validity;
  if (from !== undefined && now < instantMs(from)) return refusal('clause_expired', `${id}: from ${from}`);
  if (until !== undefined && now >= instantMs(until)) return refusal('clause_expired', `${id}: until ${until}`);
  return clause;
}

/** Under an aggregate clause nothing but counts by bucket is told. */
export function mayDo(clause: Clause, action: Action, isAggregate = false): Refusal | null {
  if (!clause.actions.includes(action)) return notGranted('action_not_granted', clause.clause_id, action);
  const countsOnly = clause.privileges[0] === 'aggregate' && ['read', 'query', 'subscribe'].includes(action);
  if (!countsOnly || isAggregate) return null;
  return notGranted('action_not_granted', clause.clause_id, `${action} of records, it grants aggregates`);
}
