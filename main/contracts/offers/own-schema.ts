import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { FieldName, Instant } from '../../../protocol/contract/clause.ts';
import type { OwnDatatype } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import { firstIssue } from './first-issue.ts';

/**
 * The part of JSON Schema 2020-12 that a service may bring: flat objects with named, typed properties. No references, no
 * patterns, no combinations: whatever it says, checking a record takes time in proportion to the record.
 */
const MAX_PROPERTIES = 100;
const Words = { title: z.string().max(200).optional(), description: z.string().max(2000).optional() };
const Length = z.int().min(0).max(1_000_000).optional();
const Text = z.strictObject({
  type: z.literal('string'),
  ...Words,
  minLength: Length,
  maxLength: Length,
  format: z.enum(['date-time', 'date', 'uri']).optional(),
  enum: z.array(z.string().max(200)).min(1).max(200).optional(),
});
const Figure = z.strictObject({
  type: z.enum(['number', 'integer']),
  ...Words,
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  exclusiveMaximum: z.number().optional(),
});
const Flag = z.strictObject({ type: z.literal('boolean'), ...Words });
const Scalar = z.discriminatedUnion('type', [Text, Figure, Flag]);
const List = z.strictObject({
  type: z.literal('array'),
  ...Words,
  items: Scalar,
  minItems: z.int().min(0).max(1000).optional(),
  maxItems: z.int().min(0).max(1000).optional(),
});
const OwnProperty = z.discriminatedUnion('type', [Text, Figure, Flag, List]);
export type OwnProperty = z.infer<typeof OwnProperty>;

const OwnSchema = z.strictObject({
  $schema: z.literal('https://json-schema.org/draft/2020-12/schema').optional(),
  ...Words,
  type: z.literal('object'),
  properties: z
    .record(FieldName, OwnProperty)
    .refine((properties) => Object.keys(properties).length <= MAX_PROPERTIES, 'too many properties')
    .refine((properties) => Object.keys(properties).every((name) => !(name in {})), 'a property has a reserved name'),
  required: z.array(FieldName).max(MAX_PROPERTIES).optional(),
  additionalProperties: z.literal(false),
});
export type OwnSchema = z.infer<typeof OwnSchema>;

/**
 * The schema of a service-owned datatype.
 *
 * @throws LockerError `offer_invalid` where it says more than it may
 */
export function readOwnSchema({ name, schema, indexed }: OwnDatatype): OwnSchema {
  const parsed = OwnSchema.safeParse(schema);
  if (!parsed.success) throw invalid(`datatype ${name}: ${firstIssue(parsed.error)}`);
  const { properties, required = [] } = parsed.data;
  for (const field of [...required, ...indexed]) {
    if (!Object.hasOwn(properties, field)) throw invalid(`datatype ${name}: it has no property ${field}`);
  }
  for (const field of indexed) {
    if (properties[field]?.type === 'array') throw invalid(`datatype ${name}: a list, ${field}, cannot be indexed`);
  }
  for (const field of ['published', 'updated']) {
    const property = Object.hasOwn(properties, field) ? properties[field] : undefined;
    if (property !== undefined && !(property.type === 'string' && property.format === 'date-time')) {
      throw invalid(`datatype ${name}: ${field} must be a date-time`);
    }
  }
  if (Object.hasOwn(properties, 'id') && properties['id']?.type !== 'string') {
    throw invalid(`datatype ${name}: id must be a text`);
  }
  if (Object.hasOwn(properties, 'source')) throw invalid(`datatype ${name}: source is for the locker to say`);
  return parsed.data;
}

/** Says what is wrong with a record of a service-owned datatype; null: nothing. */
export type RecordCheck = (fields: JsonObject) => string | null;

/** @throws LockerError `offer_invalid` */
export function recordCheck(datatype: OwnDatatype): RecordCheck {
  const ajv = new Ajv2020({
    strict: true,
    ownProperties: true,
    formats: {
      'date-time': (text: string) => Instant.safeParse(text).success,
      date: (text: string) => z.iso.date().safeParse(text).success,
      uri: (text: string) => /^https?:\/\//.test(text) && URL.canParse(text),
    },
  });
  const { type, properties, required = [], additionalProperties } = readOwnSchema(datatype);
  const validate = ajv.compile({ type, properties, required, additionalProperties });
  return (fields) => {
    if (validate(fields)) return null;
    const [error] = validate.errors ?? [];
    return error === undefined ? 'not of this form' : `${error.instancePath.slice(1)} ${error.message ?? ''}`.trim();
  };
}

function invalid(detail: string): LockerError {
  return new LockerError('offer_invalid', { detail });
}
