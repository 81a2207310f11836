import { describe, expect, test } from 'vitest';
import { RuleDraft } from '../../protocol/owner/rules.ts';
import {
  AUTHOR_SUBJECTS,
  changedRule,
  conditionAbout,
  languagesIn,
  newDraft,
  POST_SUBJECTS,
  subjectFor,
  subjectKey,
  withRule,
  wordsIn,
} from './rule-form.ts';

describe('conditions', () => {
  test('about everything there is start as ones that are allowed, and say what they are about', () => {
    for (const { key, form } of [...POST_SUBJECTS, ...AUTHOR_SUBJECTS]) {
      const condition = conditionAbout(key);
      expect(subjectKey(condition)).toBe(key);
      expect(subjectFor(condition).form).toBe(form);
      const draft = { name: 'x', kind: 'ranker', rules: [{ match: 'all', when: [condition], points: 1 }] };
      expect(RuleDraft.safeParse(draft).success, key).toBe(true);
    }
    expect(POST_SUBJECTS.find(({ key }) => key === 'post.hasLink')).toMatchObject({
      label: 'A post has a link',
      form: 'flag',
    });
    expect(POST_SUBJECTS.some(({ key }) => key.endsWith('Idx') || key.endsWith('Row'))).toBe(false);
    expect(subjectFor(conditionAbout('words')).form).toBe('words');
    expect(subjectFor(conditionAbout('language')).form).toBe('language');
  });

  test('take words by line and languages by tag', () => {
    expect(wordsIn(' cat \n\nthe dog\n')).toEqual(['cat', 'the dog']);
    expect(languagesIn('en, de-AT;JA  en')).toEqual(['en', 'de', 'ja']);
  });
});

describe('rules', () => {
  test.each(['ranker', 'blocker', 'damper'] as const)('of kind %s are added, changed and dropped', (kind) => {
    const two = withRule({ ...newDraft(kind), name: 'Mine' });
    expect(RuleDraft.safeParse(two).success).toBe(true);
    expect(two.rules).toHaveLength(2);
    const changed = changedRule(two, 1, { match: 'any' });
    expect(changed.rules.map(({ match }) => match)).toEqual(['all', 'any']);
    expect(changedRule(changed, 0, null).rules.map(({ match }) => match)).toEqual(['any']);
  });
});
