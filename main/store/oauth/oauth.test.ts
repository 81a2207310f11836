import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { WriteInput } from '../operations.ts';
import { MIGRATIONS } from '../migrations/index.ts';
import { openTestFile, openTestStore } from '../testing.ts';

const CONTRACT = 'a'.repeat(22);
const OTHER = 'b'.repeat(22);

function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function state(
  text: string,
  more: { kind?: string; family?: string | null; contract?: string | null; expires?: number; iat?: number } = {},
): WriteInput<'oauth.put'> {
  return {
    key: keyOf(text),
    kind: more.kind ?? 'AccessToken',
    family: more.family === undefined ? 'f' : more.family,
    contract: more.contract === undefined ? CONTRACT : more.contract,
    payload: JSON.stringify({ iat: more.iat ?? 0, text }),
    expires: more.expires ?? 1000,
  };
}

test('009-oauth: a state is there once, under a hash, for a contract or none', async () => {
  await using open = await openTestFile();
  const before = MIGRATIONS[MIGRATIONS.findIndex(({ name }) => name === '009-oauth') - 1];
  await open.migrateTo(before?.name ?? '');
  const { sqlite } = open.connection;
  sqlite.exec(`insert into setting values ('a', '1', 5)`);
  await open.migrateTo('009-oauth');
  const insert = sqlite.prepare(
    `insert into oauth_state (key, kind, family, contract, payload, expires) values (?, 'AccessToken', null, ?, ?, 0)`,
  );
  const key = randomBytes(32);
  insert.run(key, CONTRACT, '{}');
  expect(() => insert.run(key, null, '{}')).toThrow('UNIQUE');
  expect(() => insert.run(Buffer.from('plain'), null, '{}')).toThrow('CHECK');
  expect(() => insert.run(randomBytes(32), 'short', '{}')).toThrow('CHECK');
  expect(() => insert.run(randomBytes(32), null, '{')).toThrow('CHECK');
  expect(sqlite.prepare('select count(*) as rows from setting').get()).toEqual({ rows: 1 });
});

test('what has expired is not found', async () => {
  await using store = await openTestStore();
  await store.write('oauth.put', state('t'));
  expect(await store.read('oauth.find', { key: keyOf('t'), now: 999 })).toEqual({
    payload: '{"iat":0,"text":"t"}',
    consumed: null,
    contract: CONTRACT,
    expires: 1000,
  });
  expect(await store.read('oauth.find', { key: keyOf('t'), now: 1000 })).toBeNull();
  expect(await store.read('oauth.find', { key: keyOf('other'), now: 0 })).toBeNull();
});

test('of many that consume at once one is the first', async () => {
  await using store = await openTestStore();
  await store.write('oauth.put', state('code'));
  const all = await Promise.all(
    Array.from({ length: 20 }, () => store.write('oauth.consume', { key: keyOf('code'), at: 5 })),
  );
  expect(all.filter(({ first }) => first)).toHaveLength(1);
  await store.write('oauth.put', state('code', { expires: 2000 }));
  expect(await store.read('oauth.find', { key: keyOf('code'), now: 0 })).toMatchObject({ consumed: 5, expires: 2000 });
  expect(await store.write('oauth.consume', { key: keyOf('none'), at: 5 })).toEqual({ first: false });
});

test('a family ends kind by kind, a contract whole', async () => {
  await using store = await openTestStore();
  const there = async (text: string): Promise<boolean> =>
    (await store.read('oauth.find', { key: keyOf(text), now: 0 })) !== null;
  await store.write('oauth.put', state('grant', { kind: 'Grant' }));
  await store.write('oauth.put', state('access'));
  await store.write('oauth.put', state('refresh', { kind: 'RefreshToken' }));
  await store.write('oauth.put', state('second family', { family: 'g' }));
  await store.write('oauth.put', state('other contract', { family: 'h', contract: OTHER }));
  await store.write('oauth.dropFamily', { family: 'f', kind: 'AccessToken' });
  expect(await Promise.all(['grant', 'access', 'refresh', 'second family'].map(there))).toEqual([
    true,
    false,
    true,
    true,
  ]);
  await store.write('oauth.revokeGrant', { grantId: CONTRACT });
  expect(await Promise.all(['grant', 'refresh', 'second family', 'other contract'].map(there))).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('sweeping leaves approvals that tokens stem from, and new ones', async () => {
  await using store = await openTestStore();
  const now = 10 * 60 * 60_000;
  const far = now * 2;
  await store.write('oauth.put', state('used', { kind: 'Grant', expires: far }));
  await store.write('oauth.put', state('token', { expires: far }));
  await store.write('oauth.put', state('childless', { kind: 'Grant', family: 'g', expires: far }));
  await store.write('oauth.put', state('new', { kind: 'Grant', family: 'h', expires: far, iat: now / 1000 - 60 }));
  await store.write('oauth.put', state('expired', { family: null, expires: now }));
  expect(await store.write('oauth.sweep', { now, approvals: 'Grant' })).toEqual({ removed: 2 });
  const left = await Promise.all(
    ['used', 'token', 'childless', 'new'].map((text) => store.read('oauth.find', { key: keyOf(text), now })),
  );
  expect(left.map((kept) => kept !== null)).toEqual([true, true, false, true]);
});
