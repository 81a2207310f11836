import { hash } from 'node:crypto';
import type { RecordKey } from '../../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import { LockerError } from '../../../../protocol/errors.ts';
import type { JsonObject } from '../../../../protocol/json.ts';
import type { Appended as AppendedItems, ServiceRecord } from '../../../../protocol/service/records.ts';
import { fieldsOf, parsed } from '../../../derive/index.ts';
import type { Appended } from '../../../store/index.ts';
import type { ServiceAccess } from '../../service-access.ts';
import { EXCEEDED, type Answering, type UnderClause } from '../answering.ts';
import { compileOwn, noRecord, permitted, refusedField } from '../compile/compile.ts';
import type { Granted } from '../compile/held.ts';
import { isRefusal, refusal, type Refusal } from '../compile/refusal.ts';
import { scopeOf } from '../compile/scope.ts';
import type { GateOptions } from '../gate-options.ts';
import { asked, datatypeOf, handOut, rowsOf } from '../reads.ts';
import { etagOf, releaseOf } from '../release.ts';
import { addressOf, newRecord, ownIdentity, timeOf, type NewRecord } from './new-record.ts';
import { createOwnSchemas } from './own-schemas.ts';
import { outsideOf } from './within-clause.ts';

/** How often a change is tried again where the record changed meanwhile. */
const TRIES = 3;

type Writes = Pick<ServiceAccess, 'append' | 'update' | 'remove'>;

/** The ways to write: a service adds records of its own, and changes or deletes what it added. */
export function createWrites(
  { store, reader }: Pick<GateOptions, 'store' | 'reader'>,
  { underClause }: Pick<Answering, 'underClause'>,
): Writes {
  const schemas = createOwnSchemas();

  /** A record from the fields given, within the clause. Throws record_invalid. */
  function recordFrom(
    { held, grant, now }: UnderClause,
    datatype: AnyDatatype,
    place: { uri: string },
    fields: JsonObject,
  ): NewRecord {
    const own = schemas.properties(datatype, grant.datatypes, fields);
    const kept = { ...own, ...(fields['mine'] === undefined ? {} : { mine: fields['mine'] }) };
    const record = newRecord(datatype, held.clientId, { ...place, ...timeOf(fields) }, kept);
    const scope = scopeOf(held, datatype, now);
    if (isRefusal(scope)) throw new LockerError(scope.refused, { detail: scope.detail });
    const outside = outsideOf(held.clause, scope, held.tables(datatype) ?? new Map(), record.fields);
    if (outside !== null) throw new LockerError('record_invalid', { detail: `outside the clause's ${outside}` });
    return record;
  }

  /** One of the service's own records as it stands, if the clause covers it and it is as `ifMatch` says. */
  async function ownRecord(
    given: UnderClause,
    action: 'update' | 'delete',
    datatype: AnyDatatype,
    id: string,
    ifMatch: string | null,
    party: { grantId: string; signal: AbortSignal },
  ): Promise<{ key: RecordKey; stored: Appended; uri: string; fields: readonly string[] } | Refusal> {
    const { held } = given;
    const compiled = compileOwn(held, action, datatype, id, given.now);
    if (isRefusal(compiled)) return compiled;
    const { plan, fields } = compiled;
    const [row] = rowsOf(await reader.read(plan, asked(party))).rows;
    const stored = await store.read('gate.appended', { key: plan.key, source: held.clientId });
    // Another service's address may be a source of imports, too: only what was added here counts.
    const uri = stored?.uri ?? null;
    const isOwn = uri !== null && ownIdentity(datatype, uri, held.clientId) === plan.key.identity;
    if (row === undefined || stored === null || uri === null || !isOwn) return noRecord();
    const etag = etagOf(JSON.stringify(releaseOf(held, datatype, fields).record(row)));
    if (ifMatch !== null && ifMatch !== '*' && ifMatch !== etag) return refusal('precondition_failed', 'If-Match');
    return { key: plan.key, stored, uri, fields };
  }

  /** Tries again what met another change of the same record; told as a failed precondition where there was one. */
  async function untilSettled<T>(ifMatch: string | null, work: () => Promise<T>): Promise<T | Refusal> {
    for (let tries = 1; ; tries++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof LockerError) || error.code !== 'record_conflict') throw error;
        if (ifMatch !== null && ifMatch !== '*') return refusal('precondition_failed', 'If-Match');
        if (tries >= TRIES) throw error;
      }
    }
  }

  return {
    append: (caller, named, clause, body, idempotencyKey) =>
      underClause(
        { caller, action: 'append', clause, datatype: named },
        async (given) => {
          const datatype = datatypeOf(given, named);
          if (isRefusal(datatype)) return datatype;
          const granted = permitted(given.held, 'append', datatype.name);
          if (isRefusal(granted)) return granted;
          const { records } = body;
          if (records.length > given.rowsLeft) return EXCEEDED;
          const fields = namedFields(given, granted, records);
          if (isRefusal(fields)) return fields;
          const { clientId, names } = given.held;
          const made = records.map(({ key, fields: own }) =>
            recordFrom(given, datatype.name, { uri: addressOf(clientId, key, own) }, own),
          );
          const digest = hash('sha256', JSON.stringify([clause, datatype.name, records]), 'base64url');
          const added = await store.write(
            'gate.append',
            {
              grant: caller.grantId,
              run: { id: `service-${caller.grantId}`, name: given.grant.serviceName.slice(0, 300) },
              request: idempotencyKey === null ? null : { key: idempotencyKey, digest },
              records: made.map(({ prepared }) => prepared),
            },
            { priority: 'import' },
          );
          const items = made.map(({ prepared: { ref, identity } }, i) => ({
            key: records[i]?.key ?? '',
            id: names.recordId({ ref, identity }),
            added: added[i] ?? false,
          }));
          return { ...handOut<AppendedItems>({ items }, [], fields), status: 201, rows: items.length };
        },
        'write',
      ),
    update: (caller, named, id, clause, body, ifMatch) =>
      underClause(
        { caller, action: 'update', clause, datatype: named },
        async (given) => {
          const { held } = given;
          const datatype = datatypeOf(given, named);
          if (isRefusal(datatype)) return datatype;
          const granted = permitted(held, 'update', datatype.name);
          if (isRefusal(granted)) return granted;
          const changed = namedFields(given, granted, [body]);
          if (isRefusal(changed)) return changed;
          if (changed.includes('id') || changed.includes('source')) return refusal('record_invalid', 'id or source');
          return untilSettled(ifMatch, async () => {
            const found = await ownRecord(given, 'update', datatype.name, id, ifMatch, caller);
            if (isRefusal(found)) return found;
            const { key, stored, uri, fields } = found;
            const before = fieldsOf({
              ...stored,
              datatype: datatype.name,
              source: held.clientId,
              body: parsed(stored.body),
            });
            const next = Object.entries({ ...before, ...body.fields }).filter(([, value]) => value !== null);
            const { prepared, fields: now } = recordFrom(given, datatype.name, { uri }, Object.fromEntries(next));
            await store.write('gate.replace', { key, source: held.clientId, seq: stored.seq, record: prepared });
            const compiled = compileOwn(held, 'update', datatype.name, id, given.now);
            const rows = isRefusal(compiled) ? [] : rowsOf(await reader.read(compiled.plan, asked(caller))).rows;
            // The owner's own changes may hide it for a moment: then what was sent is what is told.
            const row = rows[0] ?? { key, seq: 0, at: null, values: now };
            const record = releaseOf(held, datatype.name, fields).record(row);
            return handOut<ServiceRecord>(record, [record], fields);
          });
        },
        'write',
      ),
    remove: (caller, named, id, clause, ifMatch) =>
      underClause(
        { caller, action: 'delete', clause, datatype: named },
        async (given) => {
          const datatype = datatypeOf(given, named);
          if (isRefusal(datatype)) return datatype;
          return untilSettled(ifMatch, async () => {
            const found = await ownRecord(given, 'delete', datatype.name, id, ifMatch, caller);
            if (isRefusal(found)) return found;
            const { key, stored } = found;
            await store.write('gate.remove', { key, source: given.held.clientId, seq: stored.seq });
            return { status: 204, value: null, rows: 1, fields: [], oldest: null };
          });
        },
        'write',
      ),
  };
}

function namedFields(
  { held }: UnderClause,
  granted: Granted,
  records: readonly { readonly fields: JsonObject }[],
): string[] | Refusal {
  const names = new Set(records.flatMap(({ fields }) => Object.keys(fields)));
  const refused = refusedField(held, granted, names);
  return refused ?? [...granted.keys()].filter((name) => names.has(name));
}
