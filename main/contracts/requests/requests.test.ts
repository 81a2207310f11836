import { describe, expect, test } from 'vitest';
import type { Ask, Decision } from '../approvals.ts';
import { clausesHash } from '../receipts/receipt.ts';
import { DAY, openTestContracts, postsClause, testService, type TestService } from '../grants/testing.ts';

const follows = postsClause({
  clause_id: 'follows',
  datatypes: ['social.follow'],
  fields: ['object', 'published'],
  necessity: 'optional',
});

function asking(service: TestService, more: Partial<Ask> = {}): Ask {
  return {
    clientId: service.clientId,
    clauses: service.offer.clauses,
    offerDigest: service.offer.digest,
    action: 'create',
    grantId: null,
    ...more,
  };
}

const never = (): AbortSignal => new AbortController().signal;

describe('a request', () => {
  test('waits with a number among three, and a yes with the right one makes the contract', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { approvals, owner } = open.contracts;
    const asked = await approvals.ask(asking(service));
    const [item] = (await owner.accessRequests()).items;
    expect(item).toMatchObject({ kind: 'new', grant: null, tabWaiting: false, service: { host: 'reader.example' } });
    expect(new Set(item?.numbers).size).toBe(3);
    expect(item?.numbers).toContain(asked.number);
    approvals.tabWaiting(asked.requestId);
    expect((await owner.accessRequests()).items[0]?.tabWaiting).toBe(true);
    const waiting = approvals.decision(asked.requestId, never());
    const { grant } = await owner.decideRequest(asked.requestId, {
      decision: 'allow',
      number: asked.number,
      limits: [],
    });
    const decision = await waiting;
    expect(decision).toMatchObject({ kind: 'allowed', grantId: grant });
    expect(await approvals.grant(grant ?? '')).toMatchObject({ state: 'active', revision: 1 });
    expect((await owner.accessRequests()).items).toEqual([]);
    expect(await approvals.decision(asked.requestId, never())).toEqual(decision);
  });

  test('acceptance 14: opened in another browser can’t be approved without the number it shows', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { approvals, owner } = open.contracts;
    const { requestId, number } = await approvals.ask(asking(service));
    const wrong = (await owner.accessRequests()).items[0]?.numbers?.find((one) => one !== number) ?? 0;
    const say = (picked?: number): Promise<unknown> =>
      owner.decideRequest(requestId, {
        decision: 'allow',
        limits: [],
        ...(picked === undefined ? {} : { number: picked }),
      });
    await expect(say()).rejects.toMatchObject({ code: 'wrong_number' });
    await expect(say(wrong)).rejects.toMatchObject({ code: 'wrong_number' });
    await expect(say(wrong)).rejects.toMatchObject({ code: 'wrong_number' });
    await expect(say(number)).rejects.toMatchObject({ code: 'request_not_found' });
    expect(await approvals.decision(requestId, never())).toEqual({ kind: 'denied' });
    expect((await owner.services()).items).toEqual([]);
  });

  test('ends after ten minutes, and a restart forgets it', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { requestId, number } = await open.contracts.approvals.ask(asking(service));
    open.clock.now += 10 * 60_000;
    await expect(
      open.contracts.owner.decideRequest(requestId, { decision: 'allow', number, limits: [] }),
    ).rejects.toMatchObject({ code: 'request_not_found' });
    expect(await open.contracts.approvals.decision(requestId, never())).toEqual({ kind: 'expired' });
    open.clock.now += 60 * 60_000;
    const again = await open.contracts.approvals.ask(asking(service));
    const contracts = await open.reopen();
    expect(await contracts.approvals.decision(again.requestId, never())).toEqual({ kind: 'expired' });
  });

  test('is one a client and three in all; more cost nothing', async () => {
    const services = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => testService(`https://${name}.example/client`)),
    );
    await using open = await openTestContracts(services);
    const { approvals, owner } = open.contracts;
    const [a, b, c, d] = services as [TestService, TestService, TestService, TestService];
    const first = await approvals.ask(asking(a));
    await expect(approvals.ask(asking(a))).rejects.toMatchObject({ code: 'too_many_requests_waiting' });
    await Promise.all([approvals.ask(asking(b)), approvals.ask(asking(c))]);
    const before = open.fetched.length;
    const flood = await Promise.allSettled(Array.from({ length: 100 }, () => approvals.ask(asking(d))));
    expect(flood.every(({ status }) => status === 'rejected')).toBe(true);
    expect(open.fetched.length).toBe(before);
    expect((await owner.accessRequests()).items).toHaveLength(3);
    await owner.decideRequest(first.requestId, { decision: 'deny' });
    expect(await approvals.ask(asking(d))).toMatchObject({ number: expect.any(Number) });
    // After a no, the same client is not heard at once.
    open.clock.now += 30_000;
    await expect(approvals.ask(asking(a))).rejects.toMatchObject({ code: 'too_many_requests_waiting' });
  });

  test('that is wider than the offer, or of an altered one, never reaches the owner', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { approvals, owner } = open.contracts;
    const wider = postsClause({ fields: ['author', 'content', 'published', 'url', 'title'] });
    await expect(approvals.ask(asking(service, { clauses: [wider] }))).rejects.toMatchObject({
      code: 'clause_not_granted',
    });
    await expect(approvals.ask(asking(service, { clauses: [follows] }))).rejects.toMatchObject({
      code: 'clause_not_granted',
    });
    await expect(approvals.ask(asking(service, { offerDigest: 'A'.repeat(43) }))).rejects.toMatchObject({
      code: 'offer_version',
    });
    service.offer = { ...service.offer, language: 'de' };
    await expect(approvals.ask(asking(service))).rejects.toMatchObject({ code: expect.stringMatching(/^offer_/) });
    expect((await owner.accessRequests()).items).toEqual([]);
  });

  test('is decided by limits that fit, and never by none of it', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { approvals, owner } = open.contracts;
    const { requestId, number } = await approvals.ask(asking(service));
    const say = (limits: Parameters<typeof owner.previewRequest>[1]): Promise<{ grant: string | null }> =>
      owner.decideRequest(requestId, { decision: 'allow', number, limits });
    await expect(say([{ clause_id: 'other', off: true }])).rejects.toMatchObject({ code: 'limits_invalid' });
    await expect(say([{ clause_id: 'posts', off: true }])).rejects.toMatchObject({ code: 'limits_invalid' });
    const { grant } = await say([{ clause_id: 'posts', off: false, fields: ['content', 'published'] }]);
    expect((await approvals.grant(grant ?? ''))?.authorization_details).toMatchObject([
      { fields: ['content', 'published'] },
    ]);
  });

  test('of a program on this computer is heard only once its file was added', async () => {
    const local = await testService('http://127.0.0.1:5123/client');
    await using open = await openTestContracts([]);
    const { approvals, owner } = open.contracts;
    expect(await approvals.client(local.clientId)).toBeNull();
    await expect(approvals.ask(asking(local))).rejects.toMatchObject({ code: 'service_not_found' });
    const added = await owner.addService({ file: local.file() });
    expect(added).toMatchObject({ service: { kind: 'local', host: null }, start: null });
    const asked = await approvals.ask(asking(local));
    expect(asked.number).toBeGreaterThan(9);
    expect(approvals.origins()).toEqual(new Set(['http://127.0.0.1:5123']));
    expect(open.fetched).toEqual([]);
  });
});

describe('who asks', () => {
  test('must be what its document says, at its own address', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { approvals } = open.contracts;
    const tell = async (more: object): Promise<unknown> => {
      open.clock.now += DAY;
      service.metadata = { ...service.metadata, ...more };
      return approvals.client(service.clientId);
    };
    const good = service.metadata;
    expect(await tell({})).toMatchObject({ kind: 'remote', host: 'reader.example' });
    expect(await tell({ token_endpoint_auth_method: 'none' })).toMatchObject({ kind: 'page' });
    for (const bad of [
      { client_id: 'https://other.example/client' },
      { redirect_uris: ['https://other.example/cb'] },
      { redirect_uris: ['http://127.0.0.1/cb'] },
      { locker_offer_uri: 'https://other.example/offer' },
      { jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x', d: 'secret' }] } },
      { client_name: 'Your bank\u202e' },
    ]) {
      await expect(tell({ ...good, ...bad })).rejects.toMatchObject({ code: 'client_invalid' });
    }
    for (const id of ['https://reader.example', 'https://a@reader.example/x', 'http://reader.example/', 'x']) {
      await expect(approvals.client(id)).rejects.toMatchObject({ code: 'client_invalid' });
    }
  });

  test('a document is read once in a while, and strangers can’t make the locker read without end', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { approvals } = open.contracts;
    await Promise.all([approvals.client(service.clientId), approvals.client(service.clientId)]);
    expect(open.fetched).toEqual([service.clientId]);
    const strangers = Array.from({ length: 60 }, (_, i) => approvals.client(`https://s${i}.example/client`));
    await Promise.allSettled(strangers);
    expect(open.fetched.length).toBeLessThanOrEqual(20);
  });
});

describe('asking for more', () => {
  test('acceptance 8: merge can’t change clauses that weren’t shown', async () => {
    const other = postsClause({ clause_id: 'other', necessity: 'optional' });
    const service = await testService(undefined, [postsClause(), follows, other]);
    await using open = await openTestContracts([service]);
    const { approvals, owner } = open.contracts;
    const first = await approvals.ask(asking(service, { clauses: service.offer.clauses.slice(0, 1) }));
    const limits = [{ clause_id: 'posts', off: false, fields: ['content'], window: { rolling: 'P30D' } }];
    const { grant } = await owner.decideRequest(first.requestId, { decision: 'allow', number: first.number, limits });
    const id = grant ?? '';
    const before = await approvals.grant(id);
    const more = asking(service, { clauses: service.offer.clauses.slice(1, 2), action: 'merge', grantId: id });
    const asked = await approvals.ask(more);
    const [item] = (await owner.accessRequests()).items;
    expect(item).toMatchObject({ kind: 'merge', grant: id, changes: [{ clauseId: 'follows', change: 'added' }] });
    expect(item?.clauses.map(({ clause }) => clause.clause_id)).toEqual(['follows']);
    const answer = { decision: 'allow' as const, number: asked.number };
    await expect(
      owner.decideRequest(asked.requestId, { ...answer, limits: [{ clause_id: 'posts', off: false }] }),
    ).rejects.toMatchObject({ code: 'limits_invalid' });
    await owner.decideRequest(asked.requestId, { ...answer, limits: [] });
    const after = await approvals.grant(id);
    expect(after?.revision).toBe(2);
    expect(after?.authorization_details.map(({ clause_id }) => clause_id)).toEqual(['posts', 'follows']);
    const posts = (details: typeof after): string =>
      clausesHash((details?.authorization_details ?? []).filter(({ clause_id }) => clause_id === 'posts'));
    expect(posts(after)).toBe(posts(before));
    const page = (await owner.service((await owner.services()).items[0]?.service.id ?? '')).grants[0];
    expect(page?.limits).toEqual(limits);
    expect(page?.receipts.map(({ receipt }) => receipt.event)).toEqual(['granted', 'widened']);
  });

  test('the old contract stays in force until yes; replace is about the whole', async () => {
    const service = await testService(undefined, [postsClause(), follows]);
    await using open = await openTestContracts([service]);
    const { approvals, owner } = open.contracts;
    const id = await open.grant(service);
    const narrow = postsClause({ fields: ['content'] });
    const asked = await approvals.ask(asking(service, { clauses: [narrow], action: 'replace', grantId: id }));
    expect((await owner.accessRequests()).items[0]?.changes.map(({ change }) => change)).toEqual([
      'narrower',
      'removed',
    ]);
    expect(await approvals.grant(id)).toMatchObject({ revision: 1 });
    await owner.decideRequest(asked.requestId, { decision: 'allow', number: asked.number, limits: [] });
    const after = await approvals.grant(id);
    expect(after?.authorization_details).toMatchObject([{ clause_id: 'posts', fields: ['content'] }]);
  });

  test('of another’s contract, or of one that is over', async () => {
    const [a, b] = await Promise.all([testService(), testService('https://b.example/client')]);
    await using open = await openTestContracts([a, b]);
    const { approvals, owner } = open.contracts;
    const id = await open.grant(a);
    await expect(approvals.ask(asking(b, { action: 'merge', grantId: id }))).rejects.toMatchObject({
      code: 'grant_not_found',
    });
    const asked = await approvals.ask(asking(a, { action: 'replace', grantId: id }));
    const decided: Promise<Decision> = approvals.decision(asked.requestId, never());
    await owner.withdrawGrant(id);
    expect(await decided).toEqual({ kind: 'denied' });
    open.clock.now += 2 * 60 * 60_000;
    await expect(approvals.ask(asking(a, { action: 'replace', grantId: id }))).rejects.toMatchObject({
      code: 'grant_over',
    });
  });
});
