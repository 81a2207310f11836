import { Clause } from '../../../protocol/contract/clause.ts';

/** What services of tests ask for unless a test says otherwise. */
export const CLAUSE: Clause = Clause.parse({
  type: 'urn:locker:clause:v1',
  clause_id: 'posts',
  actions: ['read', 'query', 'subscribe'],
  datatypes: ['social.post'],
  fields: ['content', 'published'],
  privileges: ['raw'],
  necessity: 'required',
  purpose: ['ServicePersonalisation'],
  purpose_text: { en: { short: 'A warm start', long: '' } },
});
