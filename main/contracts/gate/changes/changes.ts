import { z } from 'zod';
import { LockerError } from '../../../../protocol/errors.ts';
import type { ChangePage, ChangesQuery } from '../../../../protocol/service/records.ts';
import type { Answer, Caller } from '../../service-access.ts';
import type { Answering, Request, UnderClause, Work } from '../answering.ts';
import { permitted } from '../compile/compile.ts';
import { grantedFields, type Held } from '../compile/held.ts';
import { isRefusal, notGranted, refusal, type Refusal } from '../compile/refusal.ts';
import { grantStanding, mayDo } from '../compile/standing.ts';
import type { GateOptions } from '../gate-options.ts';
import type { GrantKeys } from '../grant-keys.ts';
import type { GrantNames } from '../grant-names.ts';
import { asked, handOut } from '../reads.ts';
import type { ChangePages, PageOfChanges } from './change-pages.ts';

export interface ChangesParts extends Pick<GateOptions, 'grants' | 'store' | 'reader'> {
  readonly answering: Answering;
  readonly keys: GrantKeys;
  readonly pages: ChangePages;
}

export interface Changes {
  changes(caller: Caller, query: ChangesQuery): Promise<Answer<ChangePage>>;
  /** A page that has changes; null: there are none now. */
  changesIfAny(caller: Caller, query: ChangesQuery): Promise<Answer<ChangePage> | null>;
}

export function createChanges({ answering, grants, store, reader, keys, pages }: ChangesParts): Changes {
  async function page(
    caller: Caller,
    query: ChangesQuery,
    given: { held: Held | null; names: GrantNames; now: number; most: number },
  ): Promise<(PageOfChanges & { cursor: string }) | Refusal> {
    const { held, names, now, most } = given;
    const markerFor = JSON.stringify(['changes', query.clause, query.datatype]);
    const after = query.cursor === undefined ? 0 : z.int().safeParse(names.unseal(markerFor, query.cursor)).data;
    if (after === undefined) return refusal('bad_cursor', 'cursor');
    const found = await pages.page({
      grantId: caller.grantId,
      clauseId: query.clause,
      held,
      names,
      datatype: query.datatype,
      after,
      limit: Math.min(query.limit, most),
      now,
      read: (plan) => reader.read(plan, asked(caller)),
    });
    return isRefusal(found) ? found : { ...found, cursor: names.seal(markerFor, found.last) };
  }

  async function work(
    caller: Caller,
    query: ChangesQuery,
    { held, now, rowsLeft }: UnderClause,
  ): Promise<Work<ChangePage> | Refusal> {
    const { clause, names } = held;
    const most = Math.min(clause.granularity.max_items ?? Infinity, rowsLeft);
    const refused = mayDo(clause, 'subscribe');
    // What was given before it became an aggregate is taken away first.
    const isNarrowed = clause.actions.includes('subscribe') && clause.privileges[0] === 'aggregate';
    if (refused !== null && !isNarrowed) return refused;
    const found = await page(caller, query, { held: isNarrowed ? null : held, names, now, most });
    if (isRefusal(found)) return found;
    if (found.changes.length === 0 && !found.more) {
      if (refused !== null) return refused;
      const named = query.datatype === undefined ? null : permitted(held, 'subscribe', query.datatype);
      if (named !== null && isRefusal(named)) return named;
    }
    return told(found, fieldsOf(held));
  }

  /** A clause that is gone and of which the service still has records: it is told to remove them, then refused. */
  async function gone(caller: Caller, query: ChangesQuery): Promise<boolean> {
    const grant = await grants.grantNow(caller.grantId);
    if (grant === null || grantStanding(grant.view) !== null) return false;
    if (grant.view.authorization_details.some(({ clause_id: id }) => id === query.clause)) return false;
    return (await store.read('gate.streams', { grant: caller.grantId, clause: query.clause })).length > 0;
  }

  function requestOf(caller: Caller, { clause, datatype }: ChangesQuery): Request & { clause: string } {
    return { caller, action: 'subscribe', clause, datatype: datatype ?? null };
  }

  return {
    async changes(caller, query) {
      const request = requestOf(caller, query);
      try {
        if (!(await gone(caller, query))) {
          return await answering.underClause(request, (given) => work(caller, query, given));
        }
      } catch (error) {
        return answering.refused(request, error instanceof LockerError ? error : new LockerError('internal'), null);
      }
      return answering.plain(request, async ({ now }) => {
        const names = await keys.names(caller.grantId);
        const found = await page(caller, query, { held: null, names, now, most: Infinity });
        if (isRefusal(found)) return found;
        if (found.changes.length === 0 && !found.more) {
          return notGranted('clause_not_granted', query.clause, 'this clause');
        }
        return told(found, []);
      });
    },
    changesIfAny: (caller, query) =>
      answering.unlessNothing(requestOf(caller, query), async (given) => {
        const done = await work(caller, query, given);
        return !isRefusal(done) && done.rows === 0 && !done.value.more ? null : done;
      }),
  };
}

function told(
  { changes, cursor, more }: PageOfChanges & { cursor: string },
  fields: readonly string[],
): Work<ChangePage> {
  const records = changes.map((change) => ({ fields: change.kind === 'put' ? change.fields : {} }));
  return handOut<ChangePage>({ changes: [...changes], cursor, more }, records, fields);
}

function fieldsOf(held: Held): string[] {
  return [...new Set(held.clause.datatypes.flatMap((datatype) => [...grantedFields(held, datatype).keys()]))];
}
