import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { CLAUSE_TYPE, Clause } from '../../../protocol/contract/clause.ts';
import type { LogEntry, Receipt } from '../../../protocol/contract/grant.ts';
import { openTestFile, openTestStore, type TestStore } from '../testing.ts';
import type { GrantChange } from './change-grants.ts';
import type { LogRow } from './append-log.ts';

const DAY = 86_400_000;
const NOON = Date.parse('2026-03-01T12:00:00Z');
const digest = (name: string): string => createHash('sha256').update(name).digest('base64url');
const grantId = (name: string): string => digest(name).slice(0, 22);
const A = grantId('a');
const B = grantId('b');

const CLAUSE = Clause.parse({
  type: CLAUSE_TYPE,
  clause_id: 'posts',
  actions: ['query'],
  datatypes: ['social.post'],
  fields: ['content', 'published'],
  privileges: ['raw'],
  necessity: 'required',
  purpose: ['ServicePersonalisation'],
  purpose_text: { en: { short: 'Posts' } },
});

function receipt(grant: string, number: number, previous: string | null): NonNullable<GrantChange['receipt']> {
  const document: Receipt = {
    identifier: `${grant}#${number}`,
    grant_id: grant,
    number,
    event: 'granted',
    at: new Date(NOON).toISOString(),
    data_subject: 'owner',
    data_controller: { client_id: 'https://a.example/client', name: 'A', contact: 'mail' },
    notice: null,
    offer: { id: 'o', version: 1, digest: digest('offer 1') },
    revision: 1,
    clauses_hash: digest('clauses'),
    day: null,
    previous,
  };
  return { signed: { receipt: document, jws: 'jws' }, hash: digest(`${grant} ${number}`) };
}

function change(grant: string, more: Partial<GrantChange> = {}): GrantChange {
  return {
    grant,
    madeFor: null,
    event: 'granted',
    at: NOON,
    state: 'active',
    pausedBy: null,
    offer: digest('offer 1'),
    declined: null,
    revision: 1,
    asked: [CLAUSE],
    limits: [],
    agreed: NOON,
    clauses: [CLAUSE],
    receipt: null,
    day: null,
    tell: [],
    erasure: null,
    ...more,
  };
}

const OFFER = {
  service: 's',
  offerId: 'o',
  document: { any: 1 },
  jwks: { keys: [] },
  at: NOON,
  graceUntil: NOON + 90 * DAY,
};

async function withGrants(): Promise<TestStore> {
  const store = await openTestStore();
  await store.write('contracts.keepService', {
    id: 's',
    clientId: 'https://a.example/client',
    kind: 'remote',
    host: 'a.example',
    name: 'A',
    metadata: {
      client_id: 'https://a.example/client',
      client_name: 'A',
      redirect_uris: ['https://a.example/cb'],
      token_endpoint_auth_method: 'none',
      jwks: { keys: [{ kty: 'OKP' }] },
    },
    addedBy: 'request',
    at: NOON,
  });
  await store.write('contracts.keepOffer', { ...OFFER, digest: digest('offer 1'), version: 1 });
  await store.write('contracts.change', {
    changes: [A, B].map((grant) => change(grant, { madeFor: 's', receipt: receipt(grant, 1, null) })),
  });
  return store;
}

function row(grant: string, more: Partial<LogRow> = {}): LogRow {
  return {
    grant,
    at: NOON,
    clause: 'posts',
    action: 'query',
    datatype: 'social.post',
    fields: ['content'],
    rows: 3,
    bytes: 300,
    outcome: 'answered',
    reason: null,
    revision: 1,
    oldest: NOON - DAY,
    ...more,
  };
}

test('007-contracts: states, chains and days hold together, and what was there stays', async () => {
  await using open = await openTestFile();
  await open.migrateTo('005-subscriptions');
  const { sqlite } = open.connection;
  sqlite.exec(`insert into setting values ('a', '1', 5)`);
  await open.migrateTo('007-contracts');
  expect(sqlite.prepare('select key from setting').all()).toEqual([{ key: 'a' }]);
  const service = (id: string, kind: string, host: string): string =>
    `insert into service values ('${id}', 'c${id}', '${kind}', ${host}, 'n', '{}', 'owner', 0, 1, 1)`;
  sqlite.exec(service('1', 'local', 'null'));
  expect(() => sqlite.exec(service('2', 'local', `'a.example'`))).toThrow('CHECK');
  expect(() => sqlite.exec(service('3', 'remote', 'null'))).toThrow('CHECK');
  sqlite.exec(`insert into offer values ('${digest('o')}', '1', 'o', 1, '{}', '{}', 1, null)`);
  const grant = (id: string, state: string, by: string, ended: string): string =>
    `insert into contract_grant (id, service, state, paused_by, offer, revision, asked, limits, made, agreed, ended)
     values ('${grantId(id)}', '1', '${state}', ${by}, '${digest('o')}', 1, '[]', '[]', 1, 1, ${ended})`;
  sqlite.exec(grant('1', 'active', 'null', 'null'));
  expect(() => sqlite.exec(grant('2', 'paused', 'null', 'null'))).toThrow('CHECK');
  expect(() => sqlite.exec(grant('3', 'withdrawn', 'null', 'null'))).toThrow('CHECK');
  expect(() => sqlite.exec(grant('1', 'active', 'null', 'null'))).toThrow('UNIQUE');
});

describe('a change of contracts', () => {
  test('is stored whole or not at all', async () => {
    await using store = await withGrants();
    const fine = change(A, {
      revision: 2,
      event: 'limited',
      clauses: [],
      receipt: receipt(A, 2, digest(`${A} 1`)),
      tell: [{ kind: 'limited', body: { a: 1 } }],
    });
    const forked = change(B, { receipt: receipt(B, 2, digest('another')) });
    await expect(store.write('contracts.change', { changes: [fine, forked], allPaused: true })).rejects.toMatchObject({
      code: 'record_conflict',
    });
    expect(await store.read('contracts.grant', { grant: A })).toMatchObject({ revision: 1, receipts: 1 });
    expect(await store.read('contracts.rules', {})).toMatchObject({ allPaused: false });
    expect(await store.read('outbox.due', { now: NOON, limit: 10 })).toEqual({ due: [], next: null });
    const [after] = await store.write('contracts.change', { changes: [fine], allPaused: true });
    expect(after).toMatchObject({ id: A, revision: 2, clauses: [], receiptHash: digest(`${A} 2`) });
    expect((await store.read('outbox.due', { now: NOON, limit: 10 })).due).toMatchObject([
      { grant: A, kind: 'limited' },
    ]);
    expect(await store.read('contracts.revisions', { grant: A })).toMatchObject([{ revision: 1 }, { revision: 2 }]);
  });

  test('never revives a contract that is over, and ends its tokens', async () => {
    await using store = await withGrants();
    await store.write('oauth.put', {
      key: digest('token'),
      kind: 'AccessToken',
      family: 'f',
      contract: A,
      payload: '{}',
      expires: NOON + DAY,
    });
    const over = change(A, {
      event: 'withdrawn',
      state: 'withdrawn',
      erasure: { deadline: NOON + DAY, unreachable: false },
    });
    await store.write('contracts.change', { changes: [over] });
    expect(await store.read('oauth.find', { key: digest('token'), now: NOON })).toBeNull();
    expect(await store.read('contracts.erasures', {})).toMatchObject([{ grant: A, deadline: NOON + DAY }]);
    await expect(store.write('contracts.change', { changes: [change(A)] })).rejects.toMatchObject({
      code: 'record_conflict',
    });
    await store.write('contracts.change', { changes: [change(A, { state: 'withdrawn', event: 'day closed' })] });
    expect((await store.read('contracts.grants', { live: true })).map(({ id }) => id)).toEqual([B]);
  });

  test('a newer version of an offer leaves the older one its grace; lower and altered ones are refused', async () => {
    await using store = await withGrants();
    const keep = (name: string, version: number): Promise<unknown> =>
      store.write('contracts.keepOffer', { ...OFFER, digest: digest(name), version });
    await expect(keep('altered', 1)).rejects.toMatchObject({ code: 'offer_version' });
    expect(await keep('offer 1', 1)).toEqual({ added: false });
    expect(await keep('offer 3', 3)).toEqual({ added: true });
    await expect(keep('offer 2', 2)).rejects.toMatchObject({ code: 'offer_version' });
    await expect(keep('offer 1', 1)).rejects.toMatchObject({ code: 'offer_version' });
    expect(await store.read('contracts.grant', { grant: A })).toMatchObject({ graceUntil: NOON + 90 * DAY });
    expect(await store.read('contracts.newestOffers', { service: 's' })).toMatchObject([{ version: 3 }]);
  });
});

describe('the access log', () => {
  test('chains each contract by itself, by the canonical form', async () => {
    await using store = await withGrants();
    await store.write('contracts.log', [row(A), row(B, { fields: [] }), row(A, { outcome: 'refused', rows: 0 })]);
    await store.write('contracts.log', [row(A, { at: NOON - 5 })]);
    const log: LogEntry[] = await store.read('contracts.logOf', { grant: A, after: 0, limit: 10 });
    expect(log.map(({ number }) => number)).toEqual([1, 2, 3]);
    let previous: string | null = null;
    for (const { hash, ...entry } of log) {
      expect(entry.previous).toBe(previous);
      previous = createHash('sha256')
        .update(canonicalize(entry) ?? '')
        .digest('base64url');
      expect(hash).toBe(previous);
    }
    expect(log[2]?.at).toBe(new Date(NOON).toISOString());
    expect(await store.read('contracts.logOf', { grant: A, after: 1, limit: 1 })).toEqual([log[1]]);
    expect(await store.read('contracts.logOf', { grant: B, after: 0, limit: 9 })).toHaveLength(1);
    await expect(store.write('contracts.log', [row(A), row(grantId('none'))])).rejects.toMatchObject({
      code: 'grant_not_found',
    });
    expect(await store.read('contracts.logOf', { grant: A, after: 0, limit: 9 })).toHaveLength(3);
  });

  test('adds up by day and by use, and takes nothing into a closed day', async () => {
    await using store = await withGrants();
    await store.write('contracts.log', [row(A), row(A, { outcome: 'refused', rows: 0, bytes: 0 })]);
    await store.write('contracts.log', [row(A, { oldest: NOON - 9 * DAY }), row(A, { fields: ['published'] })]);
    const today = Math.floor(NOON / DAY);
    const days = { grant: A, from: today, to: today + 1 };
    expect(await store.read('contracts.days', days)).toMatchObject([
      { day: today, first: 1, last: 4, requests: 4, refused: 1, rows: 9, bytes: 900, receipt: null },
    ]);
    expect(await store.read('contracts.use', { grant: A, from: today })).toMatchObject([
      { fields: ['content'], rows: 6, requests: 2, oldest: NOON - 9 * DAY },
      { fields: ['published'], rows: 3, oldest: NOON - DAY },
    ]);
    expect(await store.read('contracts.openDays', { before: today })).toEqual([]);
    await store.write('contracts.change', {
      changes: [change(A, { event: 'day closed', day: today, receipt: receipt(A, 2, digest(`${A} 1`)) })],
    });
    expect(await store.read('contracts.openDays', { before: today + 1 })).toEqual([]);
    await store.write('contracts.log', [row(A)]);
    const [closed, next] = await store.read('contracts.days', days);
    expect(closed).toMatchObject({ last: 4, receipt: 2 });
    expect(next).toMatchObject({ day: today + 1, first: 5 });
    const [entry] = await store.read('contracts.logOf', { grant: A, after: 4, limit: 1 });
    expect(entry?.previous).toBe(closed?.hash);
  });

  test('forgets old single entries and keeps hash and totals', async () => {
    await using store = await withGrants();
    const today = Math.floor(NOON / DAY);
    await store.write('contracts.log', [row(A), row(A, { fields: ['published'] }), row(A, { at: NOON + DAY })]);
    const prune = (limit: number): Promise<{ more: boolean }> =>
      store.write('contracts.pruneLog', { before: today + 1, limit });
    expect(await prune(10)).toEqual({ more: false });
    await store.write('contracts.change', {
      changes: [change(A, { event: 'day closed', day: today, receipt: receipt(A, 2, digest(`${A} 1`)) })],
    });
    for (let more = true, rounds = 0; more && rounds < 10; rounds++) ({ more } = await prune(1));
    await store.write('contracts.dropShapes', {});
    const log = await store.read('contracts.logOf', { grant: A, after: 0, limit: 9 });
    const [day] = await store.read('contracts.days', { grant: A, from: today, to: today });
    expect(log.map(({ number }) => number)).toEqual([3]);
    expect(log[0]?.previous).toBe(day?.hash);
    expect(day).toMatchObject({ pruned: true, requests: 2, rows: 6 });
    expect(await store.read('contracts.use', { grant: A, from: today })).toMatchObject([
      { fields: ['content'], rows: 3 },
    ]);
  });

  test('of all contracts, newest first', async () => {
    await using store = await withGrants();
    const rows = Array.from({ length: 10 }, (_, i) => row(i % 2 === 0 ? A : B, { at: NOON + (i >> 2) }));
    await store.write('contracts.log', rows);
    const whole = await store.read('contracts.logPage', { limit: 50 });
    expect(whole).toHaveLength(10);
    expect(whole.map(({ at }) => at)).toEqual(
      whole
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
    expect(await store.read('contracts.logPage', { limit: 3 })).toEqual(whole.slice(0, 3));
    expect(await store.read('contracts.logPage', { limit: 50, to: NOON + 1 })).toEqual(whole.slice(6));
    expect(await store.read('contracts.logPage', { limit: 50, refused: true })).toEqual([]);
  });
});

test('requests without a token are counted by minute', async () => {
  await using store = await openTestStore();
  await store.write('logins.refuseTokens', [{ at: NOON, service: null, count: 2 }]);
  await store.write('logins.refuseTokens', [
    { at: NOON + 1, service: null, count: 3 },
    { at: NOON + 60_000, service: 's', count: 1 },
  ]);
  expect(await store.read('logins.refusedTokens', { limit: 9 })).toEqual([
    { at: NOON + 60_000, service: 's', count: 1 },
    { at: NOON, service: null, count: 5 },
  ]);
});
