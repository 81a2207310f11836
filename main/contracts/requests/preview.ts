import { ListQuery } from '../../../protocol/service/records.ts';
import type { Clause } from '../../../protocol/contract/clause.ts';
import type { Plan, PlanAnswer } from '../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { ClausePreview } from '../../../protocol/owner/services.ts';
import type { ReadOptions } from '../../store/index.ts';
import { compileList } from '../gate/compile/compile.ts';
import type { Held } from '../gate/compile/held.ts';
import { isRefusal } from '../gate/compile/refusal.ts';
import { scopeOf } from '../gate/compile/scope.ts';
import { grantNames } from '../gate/grant-names.ts';
import { releaseOf } from '../gate/release.ts';
import { fieldTables } from '../offers/field-tables.ts';
import type { PreviewClause } from '../owner.ts';

const EXAMPLES = 5;
/** The owner waits for it while moving a control. */
const DEADLINE_MS = 5000;
const READING = ['read', 'query', 'subscribe'] as const;

export interface PreviewPowers {
  readonly reader: { read(plan: Plan, options?: ReadOptions): Promise<PlanAnswer> };
  readonly randomBytes: (size: number) => Uint8Array;
  readonly now: () => number;
}

/**
 * What a clause would release, by the very steps by which the gate would: the same plan, the same statement, the same
 * replacement of names. Codes for names are made up for the preview; those of the contract will be others.
 */
export function createPreview({ reader, randomBytes, now }: PreviewPowers): PreviewClause {
  async function read(plan: Plan): Promise<PlanAnswer> {
    return reader.read(plan, { deadlineMs: DEADLINE_MS, party: 'owner' });
  }

  async function count(held: Held, datatype: AnyDatatype): Promise<number> {
    const scope = scopeOf(held, datatype, now());
    if (isRefusal(scope)) return 0;
    const answer = await read({ kind: 'count', scope, words: null });
    if (answer.kind !== 'count') throw new LockerError('internal');
    return answer.count;
  }

  async function examples(held: Held, datatype: AnyDatatype): Promise<ClausePreview['byDatatype'][number]['examples']> {
    const query = ListQuery.parse({ clause: held.clause.clause_id, limit: EXAMPLES });
    const compiled = compileList(held, datatype, query, now());
    if (isRefusal(compiled)) return [];
    const answer = await read(compiled.plan);
    if (answer.kind !== 'rows') throw new LockerError('internal');
    const { record } = releaseOf(held, datatype, compiled.fields);
    return answer.rows.map((row) => record(row).fields);
  }

  return async (clause, datatypes) => {
    const reads = clause.actions.some((action) => READING.some((reading) => reading === action));
    const held = heldFor(clause, fieldTables(datatypes), randomBytes(32));
    return Promise.all(
      clause.datatypes.map(async (datatype) => {
        if (!reads) return { datatype, count: 0, examples: [] };
        const [total, shown] = await Promise.all([count(held, datatype), examples(held, datatype)]);
        return { datatype, count: total, examples: shown };
      }),
    );
  };
}

/** Whatever way of reading the clause grants, the records are the same ones: they are listed. */
function heldFor(clause: Clause, tables: Held['tables'], key: Uint8Array): Held {
  return {
    clause: { ...clause, actions: [...READING] },
    clientId: '',
    names: grantNames(key),
    tables,
  };
}
