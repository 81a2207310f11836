import { describe, expect, test } from 'vitest';
import { Clause } from '../../protocol/contract/clause.ts';
import type { ClauseView } from '../../protocol/owner/services.ts';
import { changeOf, hindranceOf, isProminent, spokenBetween, startingDraft, timeLeft } from './decide.ts';
import { draftFrom } from './limits.ts';

const clause = Clause.parse({
  type: 'urn:locker:clause:v1',
  clause_id: 'posts',
  actions: ['read'],
  datatypes: ['social.post'],
  fields: ['content'],
  privileges: ['raw'],
  necessity: 'optional',
  purpose: ['ServicePersonalisation'],
  purpose_text: { en: { short: 'A warm start' } },
});
const view: ClauseView = { clause, title: '', explanation: '', required: false, terms: [], cautions: [] };
const draft = draftFrom(clause, undefined, 'UTC');
const on = new Map([['posts', draft]]);
const off = new Map([['posts', { ...draft, on: false }]]);
const request = { numbers: [17, 42, 88], clauses: [view] };

describe('"Allow"', () => {
  test('waits for one of the three numbers', () => {
    expect(hindranceOf(request, on, null, false)).toBe('number');
    expect(hindranceOf(request, on, 12, false)).toBe('number');
    expect(hindranceOf(request, on, 42, false)).toBeNull();
  });
  test('needs no number where no page waits', () => {
    expect(hindranceOf({ ...request, numbers: null }, on, null, false)).toBeNull();
  });
  test('needs something to allow', () => {
    expect(hindranceOf(request, off, 42, false)).toBe('nothing');
  });
  test('is over when the time is', () => {
    expect(hindranceOf(request, on, 42, true)).toBe('over');
  });
});

describe('where a request starts', () => {
  test('optional parts that are new are off', () => {
    expect(startingDraft(draft, false, 'added').on).toBe(false);
    expect(startingDraft(draft, true, 'added').on).toBe(true);
    expect(startingDraft(draft, false, 'same').on).toBe(true);
  });
  test('all of a new contract is new, and what a change does not name is the same', () => {
    expect(changeOf({ kind: 'new', changes: [] }, 'posts')).toBe('added');
    expect(changeOf({ kind: 'merge', changes: [] }, 'posts')).toBe('same');
    expect(changeOf({ kind: 'version', changes: [{ clauseId: 'posts', change: 'wider', texts: [] }] }, 'posts')).toBe(
      'wider',
    );
  });
  test('only what grows is looked at', () => {
    expect((['added', 'wider', 'text', 'removed', 'narrower', 'same'] as const).filter(isProminent)).toEqual([
      'added',
      'wider',
      'text',
    ]);
  });
});

describe('the time left', () => {
  test('moves in minutes, and near the end in tens of seconds', () => {
    expect(timeLeft(599)).toEqual({ unit: 'minute', count: 9 });
    expect(timeLeft(120)).toEqual({ unit: 'minute', count: 2 });
    expect(timeLeft(119)).toEqual({ unit: 'second', count: 120 });
    expect(timeLeft(1)).toEqual({ unit: 'second', count: 10 });
    expect(timeLeft(0)).toEqual({ unit: 'over', count: 0 });
  });
  test('is spoken three times', () => {
    const spoken = Array.from({ length: 600 }, (_, n) => spokenBetween(600 - n, 599 - n)).filter((at) => at !== null);
    expect(spoken).toEqual([300, 60, 0]);
  });
  test('is spoken once after a long sleep', () => {
    expect(spokenBetween(400, -50)).toBe(0);
    expect(spokenBetween(-50, -51)).toBeNull();
  });
});
