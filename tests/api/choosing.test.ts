import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mix } from '../../protocol/owner/feed.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import type { RuleDraft } from '../../protocol/owner/rules.ts';
import { startLocker, type DrivenLocker } from './driven-locker.ts';

let folder: string;
let locker: DrivenLocker;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-choosing-'));
  locker = await startLocker(folder, ['--sample']);
}, 120_000);

afterAll(async () => {
  await locker[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const noBoosts: RuleDraft = {
  name: 'No boosts of strangers',
  kind: 'blocker',
  rules: [
    {
      match: 'all',
      when: [
        { about: 'post', column: 'isBoost', compare: 'is', value: 1 },
        { about: 'author', column: 'iFollow', compare: 'is', value: 0 },
      ],
      severity: 3,
      target: 'post',
    },
  ],
};

describe('rules', () => {
  test('are tried, made, put into a mix, changed, given away and removed', async () => {
    const tried = await locker.call(ROUTES.trial, { body: { subject: { rules: noBoosts } } });
    expect(tried.failure).toBeNull();
    expect(tried.hidden.count).toBeGreaterThan(0);
    expect(tried.hidden.items.every(({ boostOf, author }) => boostOf !== null && author?.iFollow !== true)).toBe(true);

    const made = await locker.call(ROUTES.makeRules, { body: noBoosts });
    expect(made).toMatchObject({ id: 'no-boosts-of-strangers', revision: 1 });
    const card = await cardOf('own.rules.no-boosts-of-strangers');
    expect(card).toMatchObject({ name: noBoosts.name, tier: 'hardened', version: '1.0.1' });
    expect(card?.reads).toContain('whether you follow an author');

    const mix = await locker.call(ROUTES.getMix);
    const entry = { entry: 'mine', algorithm: `own.rules.${made.id}`, enabled: true, weight: 1, settings: {} };
    const before = await locker.call(ROUTES.makeFeed, { body: { mix } });
    const after = await locker.call(ROUTES.makeFeed, { body: { mix: { ...mix, entries: [...mix.entries, entry] } } });
    expect(after.notices).toEqual([]);
    expect(after.hidden).toBeGreaterThan(before.hidden);
    const hidden = await locker.call(ROUTES.feedHidden, { params: { id: after.feedId } });
    const causes = hidden.items.flatMap((item) => item.causes);
    expect(causes.find((cause) => cause.entry === 'mine')?.reason.text).toBe(
      'your rule: a post is a boost, and not: you follow an author',
    );

    const params = { id: made.id };
    const changed = await locker.call(ROUTES.changeRules, { params, body: { ...noBoosts, name: 'Fewer boosts' } });
    expect(changed).toMatchObject({ id: made.id, revision: 2, name: 'Fewer boosts' });
    expect(await locker.call(ROUTES.rules, { params })).toEqual(changed);
    const { file, package: bytes } = await locker.call(ROUTES.rulesPackage, { params });
    expect(file).toBe('no-boosts-of-strangers.json');
    expect(JSON.parse(bytes)).toMatchObject({ manifest: { version: '1.0.2', name: { en: 'Fewer boosts' } } });
    expect(await locker.call(ROUTES.makeRules, { body: noBoosts })).toMatchObject({ id: 'no-boosts-of-strangers-2' });

    await locker.call(ROUTES.removeAlgorithm, { params: { id: `own.rules.${made.id}` } });
    await expect(locker.call(ROUTES.rules, { params })).rejects.toMatchObject({ code: 'algorithm_not_found' });
  }, 60_000);

  test('of every kind come through their vectors in the hardened sandbox', async () => {
    const when = [
      { about: 'words' as const, has: 'any' as const, words: ['garden', '猫'], where: 'anywhere' as const },
      { about: 'language' as const, is: true, languages: ['en'] },
    ];
    const drafts: RuleDraft[] = [
      { name: 'Points', kind: 'ranker', rules: [{ match: 'any', when, points: 3 }] },
      { name: 'Less', kind: 'damper', rules: [{ match: 'all', when, factor: 0.5 }] },
      { name: '禁', kind: 'blocker', rules: [{ match: 'all', when, severity: 1, target: 'author' }] },
    ];
    for (const body of drafts) await locker.call(ROUTES.makeRules, { body });
    const cards = (await locker.call(ROUTES.algorithms)).items.filter(({ id }) => id.startsWith('own.rules.'));
    expect(cards.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['ranker', 'damper', 'blocker']));
    const trial = await locker.call(ROUTES.trial, { body: { subject: { installed: 'own.rules.points' } } });
    expect(trial.failure).toBeNull();
    expect(trial.top.items[0]?.text.toLowerCase()).toMatch(/garden|猫|./u);
  }, 60_000);
});

async function cardOf(id: string) {
  return (await locker.call(ROUTES.algorithms)).items.find((card) => card.id === id);
}

describe('a trial', () => {
  test('of what ships tells whom it lifts and what moves a post', async () => {
    const subject = { installed: 'org.datalocker.hacker-news' };
    const { facts, lifted, top, failure } = await locker.call(ROUTES.trial, { body: { subject } });
    expect(failure).toBeNull();
    expect(top.items.length).toBeGreaterThan(0);
    expect(lifted.length).toBeGreaterThan(0);
    expect(facts.find(({ fact }) => fact === 'like')).toMatchObject({ reads: true });
    expect(facts.find(({ fact }) => fact === 'followers')).toMatchObject({ reads: false });
    const missing = locker.call(ROUTES.trial, { body: { subject: { installed: 'a.b' } } });
    await expect(missing).rejects.toMatchObject({ code: 'algorithm_not_found' });
  }, 60_000);
});

describe('looking back', () => {
  test('at the town’s last month under the saved mix and another', async () => {
    const saved = await locker.call(ROUTES.getMix);
    const other: Mix = { ...saved, name: 'Other', entries: saved.entries.slice(0, 1) };
    const looked = await locker.call(ROUTES.replay, { body: { days: 30, page: 20, other } });
    expect(looked.visits).toBeGreaterThan(20);
    expect(looked.posts).toBeGreaterThan(1000);
    expect(looked.mix.notices).toEqual([]);
    expect(looked.gained.count).toBeGreaterThan(0);
    expect(looked.other.name).toBe('Other');
    expect(looked.newest.gini).not.toBeNull();
    const { replay, quiet } = await locker.call(ROUTES.feedHealth);
    expect(replay.other).toEqual(replay.newest);
    expect(quiet).toBeNull();
  }, 120_000);
});

describe('mixes', () => {
  test('are several, and one is chosen', async () => {
    const first = await locker.call(ROUTES.getMix);
    await locker.call(ROUTES.saveMix, { body: { ...first, id: 'morning', name: 'Morning' } });
    const { current, items } = await locker.call(ROUTES.mixes);
    expect([current, items.map(({ name }) => name)]).toEqual(['morning', [first.name, 'Morning']]);
    await locker.call(ROUTES.chooseMix, { body: { id: first.id } });
    expect((await locker.call(ROUTES.getMix)).id).toBe(first.id);
    await locker.call(ROUTES.dropMix, { params: { id: 'morning' } });
    await expect(locker.call(ROUTES.dropMix, { params: { id: first.id } })).rejects.toMatchObject({
      code: 'mix_invalid',
    });
  });
});
