import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACTIONS, ENFORCED, PROMISED, type Clause } from '../../../protocol/contract/clause.ts';
import { DATATYPE_NAMES, DATATYPES } from '../../../protocol/datatypes.ts';
import { clauseView, normal, summaryOf } from '../index.ts';
import { anyClause, clauseOf } from '../lattice/testing.ts';
import { en } from './en.ts';
import { fieldWords } from './names.ts';
import { isMessageKey } from './say.ts';

const numRuns = process.env['SOAK'] === '1' ? 100_000 : 1500;

function terms(clause: Clause): Map<string, string> {
  return new Map(clauseView(clause, clause, 'en').terms.map(({ term, text }) => [term, text]));
}

function text(change: Partial<Clause>, term: string): string | undefined {
  return terms(clauseOf(change)).get(term);
}

/** A clause's meaning as far as it is told: what reads nothing has no way of reading. */
function told(clause: Clause): unknown {
  const form = normal(clause);
  if (form === null) return null;
  const reads = form.actions.some((action) => ['read', 'query', 'subscribe'].includes(action));
  return {
    ...form,
    purpose_text: null,
    necessity: null,
    privileges: reads ? form.privileges : null,
    others_private: reads ? form.others_private : null,
    validity: { ...form.validity, renewal: form.validity.until === undefined ? null : form.validity.renewal },
  };
}

describe('acceptance 13: the text enumerates exactly the effective clause', () => {
  test('two clauses read alike only where they mean the same', () => {
    const term = fc.constantFrom(...ENFORCED, ...PROMISED);
    fc.assert(
      fc.property(anyClause, anyClause, term, (a, b, changed) => {
        const one = normal(a);
        const other = normal({ ...a, [changed]: b[changed] });
        if (one === null || other === null) return;
        const isSame = JSON.stringify(told(one)) === JSON.stringify(told(other));
        expect(JSON.stringify([...terms(one)]) === JSON.stringify([...terms(other)])).toBe(isSame);
      }),
      { numRuns },
    );
  }, 600_000);

  test('a term is told from its own member and from nothing else that was offered', () => {
    const offered = clauseOf({ fields: ['author', 'content', 'title'], others_private: true });
    const effective = clauseOf({ fields: ['content'] });
    const view = clauseView(effective, offered, 'en');
    expect(view.terms).toEqual(clauseView(effective, effective, 'en').terms);
    expect(JSON.stringify([view.terms, view.cautions])).not.toMatch(/title|who made it|shared only|trusted/);
  });

  test.each(ACTIONS)('the action %s appears when it is granted, and only then', (action) => {
    const words = en[`action.${action}`];
    expect(text({ actions: [action] }, 'actions')).toBe(`It may ${words}.`);
    const others = ACTIONS.filter((it) => it !== action);
    expect(text({ actions: others }, 'actions')).not.toContain(words);
  });

  test.each(DATATYPE_NAMES)('%s and each of its fields have words of their own', (datatype) => {
    expect(isMessageKey(`datatype.${datatype}`)).toBe(true);
    const fields = Object.keys(DATATYPES[datatype]);
    for (const field of fields) {
      expect(isMessageKey(`field.${field}`), field).toBe(true);
      const said = text({ datatypes: [datatype], fields: [field] }, 'fields');
      expect(said).toBe(`Of each record only: ${fieldWords(field, false)}.`);
    }
    expect(new Set(fields.map((field) => fieldWords(field, false))).size).toBe(fields.length);
  });

  test('every place in every text is filled', () => {
    fc.assert(
      fc.property(anyClause, (clause) => {
        const view = clauseView(clause, clause, 'en');
        expect(JSON.stringify([view.terms, view.cautions, summaryOf([clause])])).not.toMatch(
          /\{[a-zA-Z]+\}|undefined|NaN/,
        );
      }),
      { numRuns: 500 },
    );
  });

  test('enforced is said of what the locker sees to, and promised of the rest', () => {
    for (const { term, by } of clauseView(clauseOf({ others_private: true }), clauseOf(), 'en').terms) {
      expect(by).toBe(PROMISED.some((it) => it === term) ? 'service' : 'locker');
    }
  });
});

describe('words', () => {
  test.each<[string, Partial<Clause>, string | undefined]>([
    ['actions', { actions: ['read', 'query'] }, 'It may look them up one by one; and list, count and search them.'],
    ['actions', { actions: ['query'], privileges: ['aggregate'] }, 'It may count them.'],
    ['datatypes', { datatypes: ['social.post', 'social.follow'] }, 'About: posts by you and others and follows.'],
    ['datatypes', { filter: [{ field: 'mine', op: 'eq', value: true }] }, 'About: your own posts.'],
    ['datatypes', { filter: [{ field: 'mine', op: 'eq', value: false }] }, 'About: posts by you and others.'],
    ['datatypes', { actions: ['append'] }, 'About: posts.'],
    ['datatypes', { datatypes: ['x-a.example.note'] }, 'About: “x-a.example.note” (x-a.example.note).'],
    ['fields', { fields: ['author', 'content'] }, 'Of each record only: who made it and text.'],
    ['fields', { fields: ['author'], actions: ['append'] }, 'It may fill in only: who made it.'],
    [
      'fields',
      { fields: ['content', 'published'], datatypes: ['x-a.example.note'] },
      'Of each record only: “content” and time of publication.',
    ],
    ['filter', {}, undefined],
    ['filter', { filter: [{ field: 'mine', op: 'eq', value: true }] }, 'Only records where you are the author.'],
    [
      'filter',
      { filter: [{ field: 'mine', op: 'in', value: [true, false] }] },
      'Only records where whether it is yours is yes or no.',
    ],
    [
      'filter',
      { filter: [{ field: 'sensitive', op: 'eq', value: false }] },
      'Only records where they are not marked as sensitive.',
    ],
    [
      'filter',
      { filter: [{ field: 'visibility', op: 'in', value: ['public', 'unlisted'] }] },
      'Only records where they are public or public but not listed.',
    ],
    ['filter', { filter: [{ field: 'visibility', op: 'eq', value: 'odd' }] }, 'Only records where they are “odd”.'],
    [
      'filter',
      { filter: [{ field: 'language', op: 'in', value: ['de', '??'] }] },
      'Only records where language is German (de) or “??”.',
    ],
    [
      'filter',
      { filter: [{ field: 'author', op: 'eq', value: 'a” or “b' }] },
      'Only records where who made it is “a" or "b”.',
    ],
    [
      'filter',
      { filter: [{ field: 'stars', op: 'gte', value: 1234.5 }], datatypes: ['x-a.example.note'] },
      'Only records where “stars” is 1,234.5 or more.',
    ],
    [
      'filter',
      { filter: [{ field: 'stars', op: 'lte', value: 3 }], datatypes: ['x-a.example.note'] },
      'Only records where “stars” is 3 or less.',
    ],
    [
      'filter',
      { filter: [{ field: 'published', op: 'lte', value: '2026-03-01T14:30:00Z' }] },
      'Only records where time of publication is 1 March 2026, 14:30 UTC or earlier.',
    ],
    [
      'filter',
      { filter: [{ field: 'published', op: 'eq', value: '2026-03-01T00:00:00.250Z' }] },
      'Only records where time of publication is 1 March 2026, 00:00:00.250 UTC.',
    ],
    ['window', {}, 'However old they are.'],
    ['window', { actions: ['append'] }, undefined],
    ['window', { window: { rolling: 'P1D' } }, 'Only what was published in the last 24 hours.'],
    [
      'window',
      { window: { rolling: 'PT1H', since: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' } },
      'Only what was published on or after 1 January 2026 (UTC), before 1 February 2026 (UTC) and in the last 60 minutes.',
    ],
    ['privileges', { actions: ['append'] }, 'It reads none of your records by this.'],
    ['privileges', { privileges: ['aggregate'] }, 'Counts only, never a single record.'],
    ['granularity', {}, undefined],
    [
      'granularity',
      { granularity: { bucket: 'P7D', min_group: 5, max_items: 1 } },
      'Counts over time are by seven days or coarser. Counts below 5 are left out. At most one record in an answer.',
    ],
    ['rate', {}, 'As often and as much as it asks.'],
    [
      'rate',
      { rate: { per_hour: 1, rows_per_day: 2000, bytes_per_day: 1_500_000 } },
      'At most one request an hour, 2,000 records a day and 1,500 kB a day.',
    ],
    ['rate', { rate: { bytes_per_day: 50_000_000 } }, 'At most 50 MB a day.'],
    ['rate', { rate: { bytes_per_day: 1025, per_hour: 0 } }, 'At most 0 requests an hour and 1,025 bytes a day.'],
    ['validity', {}, 'Until you withdraw it.'],
    [
      'validity',
      { validity: { from: '2026-01-01T00:00:00Z', renewal: 'ask' } },
      'From 1 January 2026 (UTC) until you withdraw it.',
    ],
    [
      'validity',
      { validity: { until: '2027-01-01T00:00:00Z', renewal: 'ask' } },
      'Until 1 January 2027 (UTC). Near the end it may ask you again.',
    ],
    [
      'validity',
      { validity: { from: '2026-01-01T00:00:00Z', until: '2027-01-01T00:00:00Z', renewal: 'none' } },
      'From 1 January 2026 (UTC) until 1 January 2027 (UTC).',
    ],
    ['others_private', {}, 'Of other people only what is public.'],
    ['others_private', { actions: ['append'] }, undefined],
    [
      'purpose',
      { purpose: ['TargetedAdvertising', 'Oddity'] },
      'It says that it wants this for advertising that is aimed at you and for what it calls “Oddity”.',
    ],
    [
      'retention',
      { retention: { on_withdraw: 'keep' } },
      'It sets no time after which it deletes its copies. When you withdraw, it keeps them.',
    ],
    [
      'recipients',
      { recipients: ['Ads Ltd', 'Host Ltd'] },
      'It says that it passes them on to: “Ads Ltd” and “Host Ltd”.',
    ],
  ])('%s %j', (term, change, expected) => {
    expect(text(change, term)).toBe(expected);
  });

  test('title and explanation are the service’s own, in the owner’s language where it has it', () => {
    const purpose_text = {
      de: { short: 'Los', long: '' },
      'en-GB': { short: 'Go', long: 'Why' },
      fr: { short: 'Va', long: '' },
    };
    const title = (language: string, texts: Clause['purpose_text']): string =>
      clauseView(clauseOf({ purpose_text: {} }), clauseOf({ purpose_text: texts }), language).title;
    expect(title('de', purpose_text)).toBe('Los');
    expect(title('de-AT', purpose_text)).toBe('Los');
    expect(title('it', purpose_text)).toBe('Go');
    expect(title('it', { fr: purpose_text.fr })).toBe('Va');
    expect(title('it', {})).toBe('posts');
  });

  test('titles of own datatypes come with their names', () => {
    const clause = clauseOf({ datatypes: ['x-a.example.note'] });
    const view = clauseView(clause, clause, 'en', { titles: new Map([['x-a.example.note', 'Public posts']]) });
    expect(view.terms[0]?.text).toBe('About: “Public posts” (x-a.example.note).');
  });
});

describe('cautions', () => {
  test.each<[string, Partial<Clause>]>([
    ['caution.text', { privileges: ['pseudonymous'], fields: ['content'] }],
    [
      'caution.filter',
      { privileges: ['pseudonymous'], filter: [{ field: 'author', op: 'eq', value: 'https://a.example/' }] },
    ],
    ['caution.others_private', { others_private: true }],
    ['caution.message', { datatypes: ['social.message'] }],
    ['caution.recipients', { recipients: ['Ads Ltd'] }],
    ['caution.profit', { purpose: ['SellDataToThirdParties'] }],
    ['caution.forever', { retention: { on_withdraw: 'erase' } }],
    ['caution.keep', { retention: { max: 'P1D', on_withdraw: 'keep' } }],
  ])('%s', (key, change) => {
    const clause = clauseOf({ fields: ['author'], ...change });
    expect(clauseView(clause, clause, 'en').cautions).toEqual([isMessageKey(key) ? en[key] : key]);
    expect(clauseView(clauseOf(), clauseOf(), 'en').cautions).toEqual([]);
  });
});

test('the summary names what is read, how far back, and until when', () => {
  expect(summaryOf([])).toBe('Nothing.');
  const notes = clauseOf({
    actions: ['append', 'update', 'delete'],
    datatypes: ['x-a.example.note'],
    fields: ['text'],
    validity: { until: '2027-01-01T00:00:00Z', renewal: 'none' },
  });
  const counts = clauseOf({
    actions: ['query'],
    privileges: ['aggregate'],
    fields: ['published'],
    window: { until: '2026-01-01T00:00:00Z' },
  });
  const posts = clauseOf({
    fields: ['author', 'content'],
    filter: [{ field: 'mine', op: 'eq', value: true }],
    window: { since: '2025-01-01T00:00:00Z', rolling: 'P90D' },
    privileges: ['pseudonymous'],
    others_private: true,
  });
  expect(summaryOf([notes], new Map([['x-a.example.note', 'Notes']]))).toBe(
    'Add, change its own and delete its own “Notes” (x-a.example.note) (“text”), until 1 January 2027 (UTC)',
  );
  expect(summaryOf([counts, posts])).toBe(
    'Count posts by you and others (time of publication), before 1 January 2026 (UTC) · look up and list your own posts (who made it and text), only where you are the author, on or after 1 January 2025 (UTC), in the last 90 days, names replaced by codes, also what others did not make public',
  );
});
