import type { Clause } from '../../../../protocol/contract/clause.ts';
import type { OwnDatatype } from '../../../../protocol/contract/offer.ts';
import {
  DATATYPES,
  isDatatype,
  type AnyDatatype,
  type Field,
  type FieldClass,
} from '../../../../protocol/datatypes.ts';
import type { GrantNames } from '../grant-names.ts';

/** One clause in force, and what is needed to read and write names under it. */
export interface Held {
  readonly clause: Clause;
  readonly clientId: string;
  readonly names: GrantNames;
  readonly datatypes: readonly OwnDatatype[];
}

/** Fields that every record has, service-owned ones included. */
const COMMON: Readonly<Record<string, Field>> = {
  id: DATATYPES['social.post'].id,
  source: DATATYPES['social.post'].source,
  published: DATATYPES['social.post'].published,
  updated: DATATYPES['social.post'].updated,
};
/** Never released unless the clause is raw: they point to where the record is from. */
const RAW_ONLY: ReadonlySet<FieldClass> = new Set(['link', 'media']);
const TIMES: ReadonlySet<string> = new Set(['published', 'updated']);

/** A datatype's fields by name, in the order they are released in; null for a datatype that is not known. */
export function fieldsOfDatatype(
  datatype: AnyDatatype,
  own: readonly OwnDatatype[],
): Readonly<Record<string, Field>> | null {
  if (isDatatype(datatype)) return DATATYPES[datatype];
  const brought = own.find(({ name }) => name === datatype);
  if (brought === undefined) return null;
  const { properties } = brought.schema;
  const names = isMembers(properties) ? Object.keys(properties).sort() : [];
  const indexed = new Set(brought.indexed);
  // Nobody says what a service's own property is: it may name people, so it counts as text.
  const ownFields = names.map((name): [string, Field] => [name, { class: 'text', indexed: indexed.has(name) }]);
  return { ...Object.fromEntries(ownFields), ...COMMON };
}

function isMembers(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the clause grants of a datatype, as a map from names to fields in the order of release. */
export type Granted = ReadonlyMap<string, Field>;

/** Fields that may be released, filtered, searched or sorted by: granted, of this datatype, and not withheld. */
export function grantedFields({ clause, datatypes }: Held, datatype: AnyDatatype): Granted {
  const named = new Set(clause.fields);
  const isRaw = clause.privileges[0] === 'raw';
  const all = Object.entries(fieldsOfDatatype(datatype, datatypes) ?? {});
  return new Map(all.filter(([name, field]) => named.has(name) && (isRaw || !RAW_ONLY.has(field.class))));
}

export function isTime(field: string): boolean {
  return TIMES.has(field);
}

/** Under anything but a raw clause identifiers are replaced. */
export function isReplaced(clause: Clause, field: Field): boolean {
  return field.class === 'identifier' && clause.privileges[0] !== 'raw';
}
