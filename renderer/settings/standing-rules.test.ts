import { expect, test } from 'vitest';
import { OwnerPolicy } from '../../protocol/contract/offer.ts';
import { neverGiveOut, replaceForAdvertising, replacesForAdvertising } from './standing-rules.ts';

const none = OwnerPolicy.parse({ pseudonymousFor: ['ResearchAndDevelopment'] });

test('one switch stands for all terms of advertising and leaves others alone', () => {
  const on = replaceForAdvertising(none, true);
  expect(OwnerPolicy.parse(on)).toEqual(on);
  expect(replacesForAdvertising(on)).toBe(true);
  expect(on.pseudonymousFor).toContain('ResearchAndDevelopment');
  expect(replaceForAdvertising(on, true).pseudonymousFor).toHaveLength(on.pseudonymousFor.length);
  expect(replaceForAdvertising(on, false)).toEqual(none);
});

test('covering only some of the terms is not on', () => {
  expect(replacesForAdvertising({ ...none, pseudonymousFor: ['Advertising'] })).toBe(false);
});

test('a kind is kept back once', () => {
  const policy = neverGiveOut(neverGiveOut(none, 'social.message', true), 'social.message', true);
  expect(policy.never).toEqual(['social.message']);
  expect(neverGiveOut(policy, 'social.message', false).never).toEqual([]);
});
