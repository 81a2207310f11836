import type { JsonObject } from '../protocol/json.ts';

/** What an example changes of the plain offer: of its client, of itself, of its one clause; or clauses instead of it. */
export interface Part {
  readonly client?: JsonObject;
  readonly offer?: JsonObject;
  readonly clause?: JsonObject;
  readonly clauses?: readonly JsonObject[];
}

const NOTE: JsonObject = {
  name: 'x-newcomer.example.note',
  title: 'Notes',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['text'],
    properties: {
      text: { type: 'string', maxLength: 5000 },
      stars: { type: 'integer', minimum: 0, maximum: 5 },
      tags: { type: 'array', maxItems: 20, items: { type: 'string', maxLength: 50 } },
      published: { type: 'string', format: 'date-time' },
    },
  },
  indexed: ['stars'],
};
const LOCAL = 'http://127.0.0.1:7070';

function note(change: JsonObject): Part {
  return { offer: { datatypes: [{ ...NOTE, ...change }] } };
}

function noteSchema(schema: JsonObject): Part {
  return note({
    schema: { type: 'object', additionalProperties: false, properties: { stars: { type: 'integer' } }, ...schema },
  });
}

/** Offers that must be taken. */
export const SOUND: Readonly<Record<string, Part>> = {
  plain: {},
  'every-term': {
    clause: {
      actions: ['read', 'query', 'subscribe', 'append', 'update', 'delete'],
      filter: [
        { field: 'visibility', op: 'eq', value: 'public' },
        { field: 'language', op: 'in', value: ['de', 'en'] },
        { field: 'published', op: 'gte', value: '2020-01-01T00:00:00Z' },
      ],
      window: { since: '2024-01-01T00:00:00Z', until: '2030-01-01T00:00:00Z', rolling: 'P365D' },
      granularity: { bucket: 'P1D', min_group: 5, max_items: 200 },
      rate: { per_hour: 600, rows_per_day: 10000, bytes_per_day: 50000000 },
      validity: { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z', renewal: 'ask' },
      others_private: true,
      purpose: ['ServicePersonalisation', 'SearchFunctionalities'],
      purpose_text: {
        en: { short: 'A warm start', long: 'Your posts make your first page.' },
        de: { short: 'Ein warmer Start' },
      },
      retention: { max: 'P90D', on_withdraw: 'erase' },
      recipients: ['Hosting Ltd, Ireland'],
    },
    offer: { notice_uri: 'https://newcomer.example/privacy', webhook: 'https://newcomer.example/hook' },
  },
  'own-datatype': {
    offer: { datatypes: [NOTE] },
    clause: {
      actions: ['append', 'read', 'query'],
      datatypes: ['x-newcomer.example.note'],
      fields: ['text', 'stars', 'published'],
      filter: [{ field: 'stars', op: 'gte', value: 3 }],
    },
  },
  pseudonymous: {
    clause: { privileges: ['pseudonymous'], fields: ['author', 'published', 'tags'], purpose: ['AcademicResearch'] },
  },
  aggregate: {
    clause: { privileges: ['aggregate'], actions: ['query'], granularity: { bucket: 'P7D', min_group: 10 } },
  },
  'two-clauses': {
    clauses: [
      {},
      { clause_id: 'follows', datatypes: ['social.follow'], fields: ['author', 'object'], necessity: 'optional' },
    ],
  },
  'second-version': {
    offer: { version: 2, replaces: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', grace_until: '2027-01-01T00:00:00Z' },
  },
  reviewed: { offer: { reviews: 'to be added' } },
  'program-on-this-computer': {
    client: {
      client_id: `${LOCAL}/client.json`,
      redirect_uris: [`${LOCAL}/back`],
      token_endpoint_auth_method: 'none',
    },
    offer: {
      client_id: `${LOCAL}/client.json`,
      id: `${LOCAL}/offer.json`,
      webhook: `${LOCAL}/hook`,
      datatypes: [{ ...NOTE, name: 'x-localhost-7070.note' }],
    },
  },
};

/** Offers that must be refused, each for one reason. */
export const BROKEN: Readonly<Record<string, readonly [why: string, part: Part]>> = {
  'unknown-member': ['Unrecognized key: "discount"', { offer: { discount: true } }],
  'unknown-clause-member': ['clauses.0: Unrecognized key: "sharing"', { clause: { sharing: 'none' } }],
  'unknown-type': [
    'clauses.0.type: Invalid input: expected "urn:locker:clause:v1"',
    { clause: { type: 'urn:locker:clause:v2' } },
  ],
  'unknown-contract-version': ['contract_version: Invalid input: expected "1"', { offer: { contract_version: '2' } }],
  'unknown-action': [
    'clauses.0.actions.1: Invalid option: expected one of "read"|"query"|"subscribe"|"append"|"update"|"delete"',
    { clause: { actions: ['read', 'export'] } },
  ],
  'unknown-datatype': [
    'clauses.0.datatypes.0: Invalid string: must match pattern /^x-[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\\.[a-z][A-Za-z0-9]*$/',
    { clause: { datatypes: ['social.everything'] } },
  ],
  'unknown-own-datatype': [
    'clause posts: no datatype x-other.example.note',
    { clause: { datatypes: ['x-other.example.note'], fields: ['id'] } },
  ],
  'unknown-field': ['clause posts: social.post has no field colour', { clause: { fields: ['content', 'colour'] } }],
  'nested-field': [
    'clauses.0.fields.0: Invalid string: must match pattern /^[A-Za-z][A-Za-z0-9_-]{0,63}$/',
    { clause: { fields: ['author.name'] } },
  ],
  'field-of-one-datatype-only': [
    'clause posts: social.follow has no field content',
    { clause: { datatypes: ['social.post', 'social.follow'], fields: ['author', 'content'] } },
  ],
  'no-fields': ['clauses.0.fields: Too small: expected array to have >=1 items', { clause: { fields: [] } }],
  'no-purpose': ['clauses.0.purpose: Too small: expected array to have >=1 items', { clause: { purpose: [] } }],
  'two-privileges': [
    'clauses.0.privileges: Too big: expected array to have <=1 items',
    { clause: { privileges: ['raw', 'aggregate'] } },
  ],
  'filter-not-indexed': [
    'clause posts: social.post cannot be filtered by content',
    { clause: { filter: [{ field: 'content', op: 'eq', value: 'hello' }] } },
  ],
  'filter-unknown-field': [
    'clause posts: social.post has no field colour',
    { clause: { filter: [{ field: 'colour', op: 'eq', value: 'red' }] } },
  ],
  'filter-without-order': [
    'clause posts: language has no order',
    { clause: { filter: [{ field: 'language', op: 'gte', value: 'de' }] } },
  ],
  'filter-of-another-type': [
    'clause posts: mine is not compared with such a value',
    { clause: { filter: [{ field: 'mine', op: 'eq', value: 'yes' }] } },
  ],
  'filter-not-a-time': [
    'clause posts: published is not compared with such a value',
    { clause: { filter: [{ field: 'published', op: 'gte', value: '1 March 2026' }] } },
  ],
  'filter-contradiction': [
    'clause posts: it contradicts itself and would release nothing',
    {
      clause: {
        filter: [
          { field: 'language', op: 'eq', value: 'de' },
          { field: 'language', op: 'eq', value: 'en' },
        ],
      },
    },
  ],
  'window-contradiction': [
    'clause posts: it contradicts itself and would release nothing',
    { clause: { window: { since: '2026-01-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } } },
  ],
  'duration-in-weeks': [
    'clauses.0.window.rolling: Invalid string: must match pattern /^(?:P[1-9]\\d{0,4}D|PT[1-9]\\d{0,5}H)$/',
    { clause: { window: { rolling: 'P2W' } } },
  ],
  'time-with-offset': [
    'clauses.0.validity.until: Invalid ISO datetime',
    { clause: { validity: { until: '2027-01-01T00:00:00+01:00' } } },
  ],
  'aggregate-with-records': [
    'clause posts: read hands out records, aggregate does not',
    { clause: { privileges: ['aggregate'] } },
  ],
  'pseudonymous-with-links': [
    'clause posts: links is never released as pseudonymous',
    { clause: { privileges: ['pseudonymous'], fields: ['author', 'links'] } },
  ],
  'clause-twice': ['clause posts is there twice', { clauses: [{}, { fields: ['title'] }] }],
  'no-clause': ['clauses: Too small: expected array to have >=1 items', { clauses: [] }],
  'language-without-text': [
    'clause posts: purpose_text lacks the language of the offer',
    { offer: { language: 'de' } },
  ],
  'of-another-client': [
    'client_id is of another client',
    { offer: { client_id: 'https://other.example/client.json', id: 'https://other.example/offer' } },
  ],
  'at-another-origin': ['id is not at the origin of its client', { offer: { id: 'https://other.example/offer' } }],
  'webhook-elsewhere': [
    'webhook is not at the origin of its client',
    { offer: { webhook: 'https://hooks.example/newcomer' } },
  ],
  'webhook-on-another-port': [
    'webhook is not at the origin of its client',
    { offer: { webhook: 'https://newcomer.example:8443/hook' } },
  ],
  'notice-in-plain-http': [
    'notice_uri is not an https address',
    { offer: { notice_uri: 'http://newcomer.example/privacy' } },
  ],
  'notice-is-script': ['notice_uri is not an https address', { offer: { notice_uri: 'javascript:alert(1)' } }],
  'control-characters': [
    'a text holds control characters',
    { clause: { purpose_text: { en: { short: 'Reads \u202eecin' } } } },
  ],
  'datatype-of-another-host': [
    'datatype x-other.example.note is not of x-newcomer.example',
    note({ name: 'x-other.example.note' }),
  ],
  'datatype-of-a-subdomain': [
    'datatype x-a.newcomer.example.note is not of x-newcomer.example',
    note({ name: 'x-a.newcomer.example.note' }),
  ],
  'datatype-twice': ['a datatype is there twice', { offer: { datatypes: [NOTE, NOTE] } }],
  'schema-with-reference': [
    'datatype x-newcomer.example.note: Unrecognized key: "$ref"',
    noteSchema({ $ref: 'https://other.example/schema.json' }),
  ],
  'schema-with-pattern': [
    'datatype x-newcomer.example.note: properties.text: Unrecognized key: "pattern"',
    noteSchema({ properties: { text: { type: 'string', pattern: '^(a+)+$' } } }),
  ],
  'schema-with-combination': [
    'datatype x-newcomer.example.note: Unrecognized key: "anyOf"',
    noteSchema({ anyOf: [{ type: 'object' }] }),
  ],
  'schema-nested': [
    "datatype x-newcomer.example.note: properties.place.type: Invalid discriminator value. Expected 'string' | 'number' | 'integer' | 'boolean' | 'array'",
    noteSchema({ properties: { place: { type: 'object', properties: {} } } }),
  ],
  'schema-open': [
    'datatype x-newcomer.example.note: additionalProperties: Invalid input: expected false',
    noteSchema({ additionalProperties: true }),
  ],
  'schema-reserved-name': [
    'datatype x-newcomer.example.note: properties: a property has a reserved name',
    noteSchema({ properties: { constructor: { type: 'string' } } }),
  ],
  'schema-requires-nothing-known': [
    'datatype x-newcomer.example.note: it has no property title',
    noteSchema({ required: ['title'] }),
  ],
  'schema-published-no-time': [
    'datatype x-newcomer.example.note: published must be a date-time',
    noteSchema({ properties: { published: { type: 'string' }, stars: { type: 'integer' } } }),
  ],
  'indexed-list': ['datatype x-newcomer.example.note: a list, tags, cannot be indexed', note({ indexed: ['tags'] })],
};
