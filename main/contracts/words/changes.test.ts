import { describe, expect, test } from 'vitest';
import type { Clause } from '../../../protocol/contract/clause.ts';
import type { ClauseChange } from '../../../protocol/owner/services.ts';
import { clauseChanges } from '../index.ts';
import { clauseOf } from '../lattice/testing.ts';

function change(
  after: Partial<Clause>,
  before: Partial<Clause> = {},
  told: 'all' | 'grows' = 'all',
): ClauseChange | undefined {
  return clauseChanges([clauseOf(before)], [clauseOf(after)], told)[0];
}

describe('changes in words', () => {
  test('nothing', () => {
    expect(change({ fields: ['published', 'language', 'content', 'author'] })).toEqual({
      clauseId: 'posts',
      change: 'same',
      texts: [],
    });
  });
  test.each<[string, Partial<Clause>, Partial<Clause>, ClauseChange['change'], string[]]>([
    [
      'fields',
      { fields: ['content'] },
      { fields: ['author', 'content'] },
      'narrower',
      ['No longer: of each record who made it.'],
    ],
    ['fields', { fields: ['content', 'title'] }, { fields: ['content'] }, 'wider', ['New: of each record title.']],
    [
      'actions',
      { actions: ['read', 'delete'] },
      {},
      'wider',
      ['New: it may delete records that it added itself.', 'No longer: it may list, count and search them.'],
    ],
    ['datatypes', { datatypes: ['social.post', 'label'] }, {}, 'wider', ['New: about labels.']],
    [
      'purpose',
      { purpose: ['ServicePersonalisation', 'Advertising'] },
      {},
      'wider',
      ['New: it says that it wants this for advertising.'],
    ],
    ['recipients', { recipients: ['Ads Ltd'] }, {}, 'wider', ['New: it says that it passes them on to “Ads Ltd”.']],
    [
      'window',
      { window: { rolling: 'P30D' } },
      {},
      'narrower',
      ['Now: Only what was published in the last 30 days. Before: However old they are.'],
    ],
    [
      'filter',
      {},
      { filter: [{ field: 'mine', op: 'eq', value: true }] },
      'wider',
      ['Now: nothing set. Before: Only records where you are the author.'],
    ],
    ['necessity', { necessity: 'optional' }, {}, 'narrower', ['It has become optional.']],
    ['necessity', {}, { necessity: 'optional' }, 'wider', ['It has become required.']],
    [
      'text',
      { purpose_text: { en: { short: 'New', long: 'Why' } } },
      {},
      'text',
      ['The service now calls it: “New: Why”'],
    ],
    ['text', { purpose_text: {} }, {}, 'text', ['The service no longer says what it is for.']],
  ])('%s', (_term, after, before, kind, texts) => {
    expect(change(after, before)).toEqual({ clauseId: 'posts', change: kind, texts });
  });

  test('only what grows, where that is asked for', () => {
    const after = { actions: ['read', 'delete'] as Clause['actions'], fields: ['content'] };
    expect(change(after, {}, 'grows')?.texts).toEqual(['New: it may delete records that it added itself.']);
  });

  test('added with all it says, removed at the end', () => {
    const other = clauseOf({ clause_id: 'other', datatypes: ['label'], fields: ['value'] });
    const [added, removed] = clauseChanges([clauseOf()], [other]);
    expect(added).toMatchObject({ clauseId: 'other', change: 'added' });
    expect(added?.texts).toContain('About: labels.');
    expect(removed).toMatchObject({ clauseId: 'posts', change: 'removed' });
    expect(removed?.texts).toContain('About: posts by you and others.');
    expect(clauseChanges([clauseOf()], [], 'grows')).toEqual([{ clauseId: 'posts', change: 'removed', texts: [] }]);
  });
});
