import { hash } from 'node:crypto';
import type { PlanRow } from '../../../protocol/contract/plan.ts';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';
import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { ServiceRecord } from '../../../protocol/service/records.ts';
import { keyOfKeyUri, uriKey } from '../../derive/index.ts';
import { pseudonymKind } from './compile/conditions.ts';
import { grantedFields, isReplaced, type Held } from './compile/held.ts';
import type { GrantNames } from './grant-names.ts';

/** Turns rows of the store into what leaves the locker. */
export interface Release {
  readonly record: (row: PlanRow) => ServiceRecord;
  /** One value of a field, as it is released. */
  readonly value: (field: string, value: Json) => Json | undefined;
  /** Nothing is replaced: what leaves is what the plan's fields are read as. */
  readonly isAsRead: boolean;
}

/** `fields`: what is released, in this order. What a record doesn't tell is left out. */
export function releaseOf(held: Held, datatype: AnyDatatype, fields: readonly string[]): Release {
  const { names, clause } = held;
  const granted = grantedFields(held, datatype);
  const replaced = new Set(
    fields.filter((name) => {
      const field = granted.get(name);
      // What is not known to be harmless is replaced.
      return field === undefined || isReplaced(clause, field);
    }),
  );

  function value(field: string, own: Json): Json | undefined {
    return replaced.has(field) ? replacement(names, field, own) : own;
  }

  return {
    value,
    isAsRead: replaced.size === 0,
    record({ key, values }) {
      const released: JsonObject = {};
      for (const name of fields) {
        const own = values[name];
        const shown = own === undefined ? undefined : value(name, own);
        if (shown !== undefined) released[name] = shown;
      }
      return { id: names.recordId(key), fields: released };
    },
  };
}

/** Each identifier by its pseudonym; what is no identifier after all is left out. */
function replacement(names: GrantNames, field: string, own: Json): Json | undefined {
  if (own === null) return null;
  if (typeof own === 'string') return names.pseudonym(pseudonymKind(field), keyOfKeyUri(own) ?? uriKey(own));
  if (!Array.isArray(own)) return undefined;
  return own.flatMap((item) => (typeof item === 'string' ? (replacement(names, field, item) ?? []) : []));
}

/** Strong validator of an answer: the digest of its bytes. */
export function etagOf(json: string): string {
  return `"${hash('sha256', json, 'base64url')}"`;
}

/** What a change stream compares: equal digests, equal released fields. */
export function digestOfFields(fields: JsonObject): string {
  return hash('sha256', JSON.stringify(fields), 'base64url').slice(0, 22);
}
