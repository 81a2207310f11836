import type { Clause } from '../../../../protocol/contract/clause.ts';
import type { OwnDatatype } from '../../../../protocol/contract/offer.ts';
import { fieldTables } from '../../offers/field-tables.ts';
import type { Held } from '../compile/held.ts';
import { grantNames } from '../grant-names.ts';

export const CLIENT = 'https://newcomer.example/client.json';
export const NOTE_DATATYPE = 'x-newcomer.example.note';

/** A service-owned datatype of tests. */
export const OWN_NOTE: OwnDatatype = {
  name: NOTE_DATATYPE,
  title: 'Notes',
  schema: {
    type: 'object',
    required: ['text'],
    additionalProperties: false,
    properties: { text: { type: 'string', maxLength: 100 }, stars: { type: 'integer', minimum: 0 } },
  },
  indexed: ['stars'],
};

/** A clause over posts with everything that a test doesn't say. */
export function clause(parts: Partial<Clause> = {}): Clause {
  return {
    type: 'urn:locker:clause:v1',
    clause_id: 'posts',
    actions: ['read', 'query', 'subscribe'],
    datatypes: ['social.post'],
    fields: ['published', 'content', 'author', 'language', 'url'],
    filter: [],
    window: {},
    privileges: ['raw'],
    granularity: {},
    rate: {},
    validity: { renewal: 'none' },
    others_private: false,
    necessity: 'required',
    purpose: ['ServicePersonalisation'],
    purpose_text: { en: { short: 'Warm start', long: '' } },
    retention: { on_withdraw: 'erase' },
    recipients: [],
    ...parts,
  };
}

export function held(parts: Partial<Clause> = {}, key = Buffer.alloc(32, 7)): Held {
  return { clause: clause(parts), clientId: CLIENT, names: grantNames(key), tables: fieldTables([OWN_NOTE]) };
}
