import { DATATYPES, isDatatype, type Field } from '../../../protocol/datatypes.ts';
import type { OwnDatatype } from '../../../protocol/contract/offer.ts';
import { readOwnSchema, type OwnProperty } from './own-schema.ts';

/** What a field's values are compared as. */
export type FieldType = 'text' | 'number' | 'boolean' | 'time';
export interface FieldShape extends Field {
  readonly type: FieldType;
}
export type FieldTable = ReadonlyMap<string, FieldShape>;
/** The fields of a datatype; null: it is not known here. */
export type FieldTables = (datatype: string) => FieldTable | null;

const TIMES = new Set(['published', 'updated']);
const FLAGS = new Set(['sensitive', 'mine']);
const COUNTS = new Set(['followers', 'following', 'posts', 'replies', 'boosts', 'likes']);

function typeOf(name: string): FieldType {
  if (TIMES.has(name)) return 'time';
  if (FLAGS.has(name)) return 'boolean';
  return COUNTS.has(name) ? 'number' : 'text';
}

const BUILT_IN = new Map<string, FieldTable>(
  Object.entries(DATATYPES).map(([datatype, fields]) => [
    datatype,
    new Map(Object.entries<Field>(fields).map(([name, field]) => [name, { ...field, type: typeOf(name) }])),
  ]),
);

/** Fields of the datatypes that every locker knows, and of those that services brought. */
export function fieldTables(own: readonly OwnDatatype[] = []): FieldTables {
  const brought = new Map(own.map((datatype) => [datatype.name, ownTable(datatype)]));
  return (datatype) => (isDatatype(datatype) ? BUILT_IN.get(datatype) : brought.get(datatype)) ?? null;
}

/** What every record has, whatever its schema says; a service's own property of that name is the same thing. */
const COMMON = ['id', 'source', 'published', 'updated'] as const;

/** @throws LockerError `offer_invalid` where the schema is not of the allowed kind */
function ownTable(datatype: OwnDatatype): FieldTable {
  const { properties } = readOwnSchema(datatype);
  const table = new Map<string, FieldShape>(
    Object.entries(properties).map(([name, property]) => [
      name,
      { ...shapeOf(property), indexed: datatype.indexed.includes(name) },
    ]),
  );
  for (const name of COMMON) table.set(name, { ...DATATYPES['social.post'][name], type: typeOf(name) });
  return table;
}

/** Free text counts as text: it may name people. Links are links. The rest tells of nobody by itself. */
function shapeOf(property: OwnProperty): Omit<FieldShape, 'indexed'> {
  switch (property.type) {
    case 'number':
    case 'integer':
      return { class: 'plain', type: 'number' };
    case 'boolean':
      return { class: 'plain', type: 'boolean' };
    case 'array':
      return { class: shapeOf(property.items).class, type: 'text' };
    case 'string':
      if (property.format === 'uri') return { class: 'link', type: 'text' };
      return { class: property.enum === undefined && property.format === undefined ? 'text' : 'plain', type: 'text' };
  }
}
