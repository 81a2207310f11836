import { expect, test } from 'vitest';
import type { ActivityItem, ActivityQuery } from '../../../protocol/owner/services.ts';
import { DAY, NOON, openTestContracts, testService, type TestContracts } from '../grants/testing.ts';

async function busy(): Promise<TestContracts & { id: string }> {
  const service = await testService();
  const open = await openTestContracts([service]);
  const id = await open.grant(service);
  await open.contracts.noteLogin('passphrase');
  const row = { grant: id, clause: 'posts', datatype: 'social.post', fields: ['content'], revision: 1, oldest: null };
  for (let i = 0; i < 12; i++) {
    const refused = i % 3 === 0;
    await open.contracts.grants.appendLog({
      ...row,
      // Many within one millisecond, and over two days.
      at: NOON + (i < 8 ? 0 : DAY),
      action: 'query',
      rows: refused ? 0 : i,
      bytes: 10,
      outcome: refused ? 'refused' : 'answered',
      reason: refused ? 'field_not_granted' : null,
    });
  }
  open.clock.now += DAY;
  await open.contracts.owner.pauseGrant(id, true);
  return Object.assign(open, { id });
}

async function pages(open: TestContracts, query: Partial<ActivityQuery>): Promise<ActivityItem[]> {
  const all: ActivityItem[] = [];
  let cursor: string | undefined;
  for (let rounds = 0; rounds < 50; rounds++) {
    const page = await open.contracts.owner.activity({
      limit: 2,
      ...query,
      ...(cursor === undefined ? {} : { cursor }),
    });
    expect(page.items.length).toBeLessThanOrEqual(query.limit ?? 2);
    all.push(...page.items);
    if (page.next === null) return all;
    cursor = page.next;
  }
  throw new Error('no end');
}

test('is one list in the order of time, whatever the size of its pages', async () => {
  await using open = await busy();
  const whole = (await open.contracts.owner.activity({ limit: 200 })).items;
  expect(whole).toHaveLength(12 + 2 + 1);
  expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
  const times = whole.map(({ at }) => at);
  expect(times).toEqual(times.toSorted().reverse());
  for (const limit of [1, 2, 5, 7]) expect(await pages(open, { limit })).toEqual(whole);
  await expect(open.contracts.owner.activity({ limit: 1, cursor: 'nonsense' })).rejects.toMatchObject({
    code: 'bad_cursor',
  });
});

test('says in words what was asked, refused and decided, by kind, service and period', async () => {
  await using open = await busy();
  const { owner } = open.contracts;
  const of = async (query: Partial<ActivityQuery>): Promise<string[]> =>
    (await pages(open, query)).map(({ text }) => text);
  expect((await of({ kind: 'service' }))[0]).toMatch(/^Asked to list, count or search posts.*, text: 11 records\.$/);
  expect((await of({ kind: 'refused' }))[0]).toMatch(/was refused: Your contract does not cover that field\.$/);
  expect(await of({ kind: 'grant' })).toEqual([
    'The contract was paused. Revision 1.',
    'You made a contract. Revision 1.',
  ]);
  expect(await of({ kind: 'login' })).toEqual(['Opened the screens by the passphrase.']);
  const id = (await owner.services()).items[0]?.service.id ?? '';
  expect(await of({ service: id })).toHaveLength(14);
  expect(await of({ service: 'other' })).toEqual([]);
  const to = new Date(NOON + 1).toISOString();
  expect(await of({ to })).toHaveLength(8 + 1 + 1);
  const { days } = await owner.activity({ limit: 1 });
  expect(days).toEqual([
    { date: '2026-03-01', requests: 8, refused: 3, rows: 1 + 2 + 4 + 5 + 7, bytes: 80 },
    { date: '2026-03-02', requests: 4, refused: 1, rows: 8 + 10 + 11, bytes: 40 },
  ]);
});

test('names algorithms as they are called, and one that was removed by its id', async () => {
  await using open = await busy();
  const made = { version: '1.0.0', hash: 'a'.repeat(64), tier: 'hardened', origin: null } as const;
  const named = JSON.stringify({ manifest: { name: { en: 'Fresh first', de: 'Neues zuerst' } } });
  await open.store.write('market.put', { ...made, id: 'fresh.first', package: named });
  const none = new Uint8Array();
  await open.store.write('feed.putSnapshot', {
    feedId: 'f',
    created: NOON,
    preview: false,
    inputDigest: '',
    outputDigest: '',
    document: JSON.stringify({
      algorithms: ['fresh.first', 'gone.since'].map((algorithm) => ({ algorithm, version: '1.0.0' })),
    }),
    shown: none,
    hidden: none,
    prints: none,
    marks: none,
  });
  const items = await pages(open, { kind: 'algorithm' });
  expect(items.map(({ who }) => who)).toEqual(['Fresh first', 'gone.since']);
});
