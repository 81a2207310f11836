import { expect, test } from 'vitest';
import { Clause } from '../../protocol/contract/clause.ts';
import { withdrawWords } from './withdraw-words.ts';

const clause = (changes: object): Clause =>
  Clause.parse({
    type: 'urn:locker:clause:v1',
    clause_id: 'posts',
    actions: ['read'],
    datatypes: ['social.post'],
    fields: ['content'],
    privileges: ['raw'],
    necessity: 'required',
    purpose: ['ServicePersonalisation'],
    purpose_text: { en: { short: 'A warm start' } },
    ...changes,
  });
const said = (...offered: Clause[]) => withdrawWords({ clauses: [], offered, hasWebhook: true }).join(' ');

test('names the longest time that was promised', () => {
  const text = said(
    clause({ retention: { max: 'P30D', on_withdraw: 'erase' } }),
    clause({ retention: { max: 'P90D', on_withdraw: 'erase' } }),
  );
  expect(text).toContain('within 90 days');
});

test('a part without a time means that none is promised', () => {
  const text = said(
    clause({ retention: { max: 'P30D', on_withdraw: 'erase' } }),
    clause({ retention: { on_withdraw: 'erase' } }),
  );
  expect(text).toContain('named no time');
});

test('does not say that a service is told that gave no address', () => {
  const offered = [clause({ retention: { max: 'P30D', on_withdraw: 'erase' } })];
  const text = withdrawWords({ clauses: [], offered, hasWebhook: false }).join(' ');
  expect(text).toContain('gave no address');
  expect(text).not.toContain('is told');
});

test('says so when nothing was promised, and what it added', () => {
  expect(said(clause({}))).toContain('did not promise');
  expect(said(clause({}))).not.toContain('added');
  expect(said(clause({ actions: ['read', 'append'] }))).toContain('What it added');
});
