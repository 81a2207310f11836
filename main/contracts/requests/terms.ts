import type { Clause } from '../../../protocol/contract/clause.ts';
import type { Limits, Offer, OwnDatatype, OwnerPolicy } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { AccessRequest, ClauseChange, ClauseView } from '../../../protocol/owner/services.ts';
import type { KeptGrant } from '../../store/index.ts';
import { checkLimits, effective } from '../limits/effective.ts';
import { meetLimits } from '../limits/meet-limits.ts';
import { leq } from '../lattice/meet.ts';
import { clausesHash } from '../receipts/receipt.ts';
import { tablesOf } from '../offers/parse-offer.ts';
import { titlesOf } from '../offers/versions.ts';
import { clauseChanges } from '../words/changes.ts';
import { clauseView } from '../words/clause-view.ts';

/** What terms are worked out from, besides the clauses themselves. */
export interface Grounds {
  readonly offer: Offer;
  /** Datatypes that services brought. */
  readonly known: readonly OwnDatatype[];
  readonly policy: OwnerPolicy;
  /** When the owner said yes, or would. */
  readonly since: number;
}

/** A contract's terms after a change. */
export interface Terms {
  readonly asked: Clause[];
  readonly limits: Limits;
  /** Effective. */
  readonly clauses: Clause[];
}

/** Effective clauses under limits that fit. Throws `limits_invalid`. */
export function limited(asked: readonly Clause[], limits: Limits, { offer, known, policy, since }: Grounds): Clause[] {
  const tables = tablesOf(offer, known);
  checkLimits(asked, limits, tables);
  return effective(asked, limits, policy, since, tables);
}

/**
 * Terms after a yes to `asked` with `limits`. Under `merge` every clause that was not shown stays byte by byte as it is;
 * `replace` and a new version put the shown ones in the place of all.
 *
 * @throws LockerError `limits_invalid`
 */
export function termsAfter(
  kind: AccessRequest['kind'],
  before: KeptGrant | null,
  asked: readonly Clause[],
  limits: Limits,
  grounds: Grounds,
): Terms {
  // Under a new version what the owner took away stays taken away (CONTRACTS.md, Versions).
  const all = kind === 'version' ? meetLimits(keptLimits(before, asked), limits) : limits;
  checkLimits(asked, limits, tablesOf(grounds.offer, grounds.known));
  const clauses = limited(asked, all, grounds);
  const shown = new Set(asked.map(({ clause_id }) => clause_id));
  const stays = <T extends { clause_id: string }>(items: readonly T[]): T[] =>
    kind === 'merge' ? items.filter(({ clause_id }) => !shown.has(clause_id)) : [];
  const terms: Terms = {
    asked: [...stays(before?.asked ?? []), ...asked],
    limits: [...stays(before?.limits ?? []), ...all],
    clauses: [...stays(before?.clauses ?? []), ...clauses],
  };
  if (terms.asked.length > 20) throw new LockerError('limits_invalid', { detail: 'more than 20 clauses' });
  return terms;
}

/** The owner's limits on clauses that are still there, as far as they fit what these are now. */
export function keptLimits(before: KeptGrant | null, asked: readonly Clause[]): Limits {
  return (before?.limits ?? []).flatMap((limit) => {
    const clause = asked.find(({ clause_id }) => clause_id === limit.clause_id);
    if (clause === undefined) return [];
    const fields = limit.fields?.filter((name) => clause.fields.includes(name));
    const actions = limit.actions?.filter((name) => clause.actions.some((it) => it === name));
    const datatypes = limit.datatypes?.filter((name) => clause.datatypes.some((it) => it === name));
    const nothing = [fields, actions, datatypes].some((left) => left?.length === 0);
    if (nothing) return [{ clause_id: limit.clause_id, off: true }];
    return [
      {
        ...limit,
        ...(fields === undefined ? {} : { fields }),
        ...(actions === undefined ? {} : { actions }),
        ...(datatypes === undefined ? {} : { datatypes }),
      },
    ];
  });
}

/** True when every clause of `after` is within the one of `before` with its id. */
export function isNarrowing(before: readonly Clause[], after: readonly Clause[]): boolean {
  return after.every((clause) => {
    const old = before.find(({ clause_id }) => clause_id === clause.clause_id);
    return old !== undefined && leq(clause, old);
  });
}

export function sameClauses(a: readonly Clause[], b: readonly Clause[]): boolean {
  return clausesHash(a) === clausesHash(b);
}

/** Clauses as screens draw them, with the service's own words from `asked`. */
export function viewsOf(
  clauses: readonly Clause[],
  asked: readonly Clause[],
  { offer, known }: Pick<Grounds, 'offer' | 'known'>,
): ClauseView[] {
  const sources = { titles: titles(offer, known), tables: tablesOf(offer, known) };
  return clauses.map((clause) => {
    const told = asked.find(({ clause_id }) => clause_id === clause.clause_id) ?? clause;
    return clauseView(clause, told, 'en', sources);
  });
}

/** What a request changes, against what is in force. */
export function changesOf(
  kind: AccessRequest['kind'],
  before: KeptGrant | null,
  after: readonly Clause[],
  { offer, known }: Pick<Grounds, 'offer' | 'known'>,
): ClauseChange[] {
  if (before === null) return [];
  const ids = new Set(after.map(({ clause_id }) => clause_id));
  const old = kind === 'merge' ? before.clauses.filter(({ clause_id }) => ids.has(clause_id)) : before.clauses;
  return clauseChanges(old, after, kind === 'version' ? 'grows' : 'all', titles(offer, known));
}

export function titles(offer: Offer, known: readonly OwnDatatype[]): Map<string, string> {
  return new Map([...titlesOf({ datatypes: [...known] }), ...titlesOf(offer)]);
}
