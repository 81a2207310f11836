import type { OwnDatatype } from '../../../../protocol/contract/offer.ts';
import { isDatatype, type AnyDatatype } from '../../../../protocol/datatypes.ts';
import { LockerError } from '../../../../protocol/errors.ts';
import type { JsonObject } from '../../../../protocol/json.ts';
import { recordCheck, readOwnSchema, type RecordCheck } from '../../offers/own-schema.ts';

interface Compiled {
  readonly check: RecordCheck;
  readonly properties: ReadonlySet<string>;
}

/** Facts of a record beside its body, which a service-owned datatype need not name among its properties. */
const BESIDE = ['id', 'source', 'published', 'mine'];

/** Checks records of service-owned datatypes; each schema is compiled once. */
export function createOwnSchemas(): {
  /**
   * The properties that such a record is made of, out of the fields given; of a built-in datatype, all of them.
   *
   * @throws LockerError `record_invalid`
   */
  properties(datatype: AnyDatatype, own: readonly OwnDatatype[], fields: JsonObject): JsonObject;
} {
  const compiled = new WeakMap<OwnDatatype, Compiled>();

  function compile(datatype: OwnDatatype): Compiled {
    const known = compiled.get(datatype);
    if (known !== undefined) return known;
    const properties = new Set(Object.keys(readOwnSchema(datatype).properties));
    const made = { check: recordCheck(datatype), properties };
    compiled.set(datatype, made);
    return made;
  }

  return {
    properties(datatype, own, fields) {
      if (isDatatype(datatype)) return fields;
      const brought = own.find(({ name }) => name === datatype);
      if (brought === undefined) throw new LockerError('record_invalid', { detail: 'datatype' });
      const { check, properties } = compile(brought);
      const kept = Object.entries(fields).filter(([name]) => properties.has(name) || !BESIDE.includes(name));
      const record = Object.fromEntries(kept);
      const problem = check(record);
      if (problem !== null) throw new LockerError('record_invalid', { detail: problem.slice(0, 200) });
      return record;
    },
  };
}
