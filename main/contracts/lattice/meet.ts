import type { Clause } from '../../../protocol/contract/clause.ts';
import { MEETS, meetTerm, TERM_NAMES, type TermName } from './terms.ts';

/** How a term of a clause stands to the same term of another. `other`: neither is within the other; count it as wider. */
export interface TermChange {
  readonly term: TermName;
  readonly change: 'narrower' | 'wider' | 'other';
}

/**
 * The widest clause within both, in canonical form. Null: nothing is granted, because the ids differ, a set has become
 * empty or conditions contradict each other.
 */
export function meet(a: Clause, b: Clause): Clause | null {
  if (a.clause_id !== b.clause_id) return null;
  const actions = MEETS.actions(a.actions, b.actions);
  const datatypes = MEETS.datatypes(a.datatypes, b.datatypes);
  const fields = MEETS.fields(a.fields, b.fields);
  const purpose = MEETS.purpose(a.purpose, b.purpose);
  if (actions === null || datatypes === null || fields === null || purpose === null) return null;
  const filter = MEETS.filter(a.filter, b.filter);
  const window = MEETS.window(a.window, b.window);
  const validity = MEETS.validity(a.validity, b.validity);
  if (filter === null || window === null || validity === null) return null;
  return {
    type: a.type,
    clause_id: a.clause_id,
    actions,
    datatypes,
    fields,
    filter,
    window,
    privileges: MEETS.privileges(a.privileges, b.privileges),
    granularity: MEETS.granularity(a.granularity, b.granularity),
    rate: MEETS.rate(a.rate, b.rate),
    validity,
    others_private: MEETS.others_private(a.others_private, b.others_private),
    necessity: MEETS.necessity(a.necessity, b.necessity),
    purpose,
    purpose_text: MEETS.purpose_text(a.purpose_text, b.purpose_text),
    retention: MEETS.retention(a.retention, b.retention),
    recipients: MEETS.recipients(a.recipients, b.recipients),
  };
}

/** The one canonical form of what a clause says: equal forms release the same. Null: it releases nothing. */
export function normal(clause: Clause): Clause | null {
  return meet(clause, clause);
}

/** True when `a` asks for nothing that `b` does not give, in every term; texts must be `b`'s own or left out. */
export function leq(a: Clause, b: Clause): boolean {
  return a.clause_id === b.clause_id && JSON.stringify(meet(a, b)) === JSON.stringify(normal(a));
}

/** Every term in which `after` differs from `before`; empty for the same. */
export function diff(before: Clause, after: Clause): TermChange[] {
  return TERM_NAMES.flatMap((term): TermChange[] => {
    const isNarrower = isWithin(term, after, before);
    const isWider = isWithin(term, before, after);
    if (isNarrower && isWider) return [];
    return [{ term, change: isNarrower ? 'narrower' : isWider ? 'wider' : 'other' }];
  });
}

/** A term that releases nothing is within any. */
function isWithin(term: TermName, a: Clause, b: Clause): boolean {
  const own = meetTerm(term, a, a);
  return own === null || JSON.stringify(meetTerm(term, a, b)) === JSON.stringify(own);
}

/** By `clause_id`: what both sets give. */
export function meetSets(a: readonly Clause[], b: readonly Clause[]): Clause[] {
  const others = byId(b);
  return [...byId(a).values()]
    .flatMap((clause) => {
      const other = others.get(clause.clause_id);
      return other === undefined ? [] : (meet(clause, other) ?? []);
    })
    .sort((one, other) => (one.clause_id < other.clause_id ? -1 : 1));
}

/** True when every clause of `a` is within the clause of `b` with its id. */
export function leqSets(a: readonly Clause[], b: readonly Clause[]): boolean {
  const others = byId(b);
  return a.every((clause) => {
    const other = others.get(clause.clause_id);
    return other !== undefined && leq(clause, other);
  });
}

/** An id that occurs twice counts as absent: which of the two is meant cannot be told. */
function byId(clauses: readonly Clause[]): Map<string, Clause> {
  const found = new Map<string, Clause>();
  const twice = new Set<string>();
  for (const clause of clauses) {
    if (found.has(clause.clause_id)) twice.add(clause.clause_id);
    found.set(clause.clause_id, clause);
  }
  for (const id of twice) found.delete(id);
  return found;
}
