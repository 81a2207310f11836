import type { Clause } from '../../../../protocol/contract/clause.ts';
import type { AnyDatatype } from '../../../../protocol/datatypes.ts';
import type { FieldShape, FieldTables } from '../../offers/field-tables.ts';
import { isWithheld } from '../../offers/clause-rules.ts';
import type { GrantNames } from '../grant-names.ts';

/** One clause in force, and what is needed to read and write names under it. */
export interface Held {
  readonly clause: Clause;
  readonly clientId: string;
  readonly names: GrantNames;
  readonly tables: FieldTables;
}

/** What the clause grants of a datatype, as a map from names to fields in the order of release. */
export type Granted = ReadonlyMap<string, FieldShape>;

/** Fields that may be released, filtered, searched or sorted by: granted, of this datatype, and not withheld. */
export function grantedFields({ clause, tables }: Held, datatype: AnyDatatype): Granted {
  const named = new Set(clause.fields);
  const isRaw = clause.privileges[0] === 'raw';
  const all = [...(tables(datatype) ?? [])];
  return new Map(all.filter(([name, field]) => named.has(name) && (isRaw || !isWithheld(field))));
}

/** Under anything but a raw clause identifiers are replaced. */
export function isReplaced(clause: Clause, field: FieldShape): boolean {
  return field.class === 'identifier' && clause.privileges[0] !== 'raw';
}
