import type { JsonObject } from '../protocol/json.ts';

/** What two clauses have in common: terms that replace those of the plain clause; `meet` null: nothing is granted. */
export interface LatticeCase {
  readonly name: string;
  readonly a: JsonObject;
  readonly b: JsonObject;
  readonly meet: JsonObject | null;
  /** Whether `a` is within `b`. */
  readonly leq: boolean;
}

export const BASE: JsonObject = {
  type: 'urn:locker:clause:v1',
  clause_id: 'posts',
  actions: ['read', 'query'],
  datatypes: ['social.post'],
  fields: ['author', 'content', 'published'],
  filter: [],
  window: {},
  privileges: ['raw'],
  granularity: {},
  rate: {},
  validity: { renewal: 'none' },
  others_private: false,
  necessity: 'required',
  purpose: ['ServicePersonalisation'],
  purpose_text: { en: { short: 'A warm start', long: '' } },
  retention: { max: 'P90D', on_withdraw: 'erase' },
  recipients: [],
};

function condition(field: string, op: string, value: string | number | boolean | string[]): JsonObject {
  return { field, op, value };
}

const at = (time: string): string => `2026-${time}T00:00:00Z`;

export const LATTICE: readonly LatticeCase[] = [
  { name: 'the same', a: {}, b: {}, meet: {}, leq: true },
  { name: 'other ids', a: {}, b: { clause_id: 'follows' }, meet: null, leq: false },
  { name: 'fewer fields', a: { fields: ['content'] }, b: {}, meet: { fields: ['content'] }, leq: true },
  { name: 'other fields', a: { fields: ['content', 'title'] }, b: {}, meet: { fields: ['content'] }, leq: false },
  { name: 'no field in common', a: { fields: ['title'] }, b: {}, meet: null, leq: false },
  { name: 'sets carry no order', a: { fields: ['published', 'content', 'author'] }, b: {}, meet: {}, leq: true },
  {
    name: 'actions in their own order',
    a: { actions: ['query', 'read', 'append'] },
    b: { actions: ['append', 'query'] },
    meet: { actions: ['query', 'append'] },
    leq: false,
  },
  { name: 'nobody is fewer recipients', a: { recipients: [] }, b: { recipients: ['Ads Ltd'] }, meet: {}, leq: true },
  {
    name: 'a condition more',
    a: { filter: [condition('language', 'eq', 'de')] },
    b: {},
    meet: { filter: [condition('language', 'eq', 'de')] },
    leq: true,
  },
  {
    name: 'sets of values intersect',
    a: { filter: [condition('language', 'in', ['de', 'en'])] },
    b: { filter: [condition('language', 'in', ['en', 'fr'])] },
    meet: { filter: [condition('language', 'eq', 'en')] },
    leq: false,
  },
  {
    name: 'values that exclude each other',
    a: { filter: [condition('language', 'eq', 'de')] },
    b: { filter: [condition('language', 'eq', 'en')] },
    meet: null,
    leq: false,
  },
  {
    name: 'bounds tighten',
    a: { filter: [condition('published', 'gte', at('03-01'))] },
    b: { filter: [condition('published', 'gte', at('01-01')), condition('published', 'lte', at('06-01'))] },
    meet: { filter: [condition('published', 'gte', at('03-01')), condition('published', 'lte', at('06-01'))] },
    leq: false,
  },
  {
    name: 'bounds without anything between',
    a: { filter: [condition('published', 'gte', at('03-01'))] },
    b: { filter: [condition('published', 'lte', at('02-01'))] },
    meet: null,
    leq: false,
  },
  {
    name: 'a set within bounds is the set that is left',
    a: { filter: [condition('published', 'in', [at('01-01'), at('05-01')])] },
    b: { filter: [condition('published', 'gte', at('02-01'))] },
    meet: { filter: [condition('published', 'eq', at('05-01'))] },
    leq: false,
  },
  {
    name: 'windows intersect, the shorter rolling counts',
    a: { window: { since: at('01-01'), rolling: 'P90D' } },
    b: { window: { until: at('06-01'), rolling: 'PT48H' } },
    meet: { window: { since: at('01-01'), until: at('06-01'), rolling: 'P2D' } },
    leq: false,
  },
  {
    name: 'the end is outside',
    a: { window: { since: at('01-01') } },
    b: { window: { until: at('01-01') } },
    meet: null,
    leq: false,
  },
  {
    name: 'lower privilege',
    a: { privileges: ['aggregate'] },
    b: { privileges: ['pseudonymous'] },
    meet: { privileges: ['aggregate'] },
    leq: true,
  },
  {
    name: 'coarser, larger groups, fewer items',
    a: { granularity: { bucket: 'P1D', min_group: 5, max_items: 100 } },
    b: { granularity: { bucket: 'P7D', min_group: 3, max_items: 500 } },
    meet: { granularity: { bucket: 'P7D', min_group: 5, max_items: 100 } },
    leq: false,
  },
  {
    name: 'a rate where there was none',
    a: { rate: { per_hour: 10 } },
    b: {},
    meet: { rate: { per_hour: 10 } },
    leq: true,
  },
  {
    name: 'no renewal unless both ask',
    a: { validity: { until: at('06-01'), renewal: 'none' } },
    b: { validity: { until: at('05-01'), renewal: 'ask' } },
    meet: { validity: { until: at('05-01'), renewal: 'none' } },
    leq: false,
  },
  { name: 'private posts of others', a: { others_private: true }, b: {}, meet: {}, leq: false },
  { name: 'optional is the narrower', a: { necessity: 'optional' }, b: {}, meet: { necessity: 'optional' }, leq: true },
  { name: 'a promise to keep', a: { retention: { on_withdraw: 'keep' } }, b: {}, meet: {}, leq: false },
  { name: 'a text left out', a: { purpose_text: {} }, b: {}, meet: { purpose_text: {} }, leq: true },
  {
    name: 'another text',
    a: { purpose_text: { en: { short: 'Harmless', long: '' } } },
    b: {},
    meet: { purpose_text: {} },
    leq: false,
  },
];
