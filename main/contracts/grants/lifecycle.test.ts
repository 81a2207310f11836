import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../../protocol/contract/grant.ts';
import type { ContractEvent } from './events.ts';
import { ERASURE_TYP } from '../erasure/erasure-answer.ts';
import { verifyBundle } from '../receipts/verify-bundle.ts';
import { DAY, NOON, openTestContracts, postsClause, testService, type TestContracts } from './testing.ts';

const follows = postsClause({ clause_id: 'follows', datatypes: ['social.follow'], fields: ['object', 'published'] });

async function serviceId({ contracts }: TestContracts): Promise<string> {
  return (await contracts.owner.services()).items[0]?.service.id ?? '';
}

/** What receipts say of a contract. */
async function eventsOf({ contracts }: TestContracts, grant: string): Promise<string[]> {
  return (await contracts.grants.receipts(grant)).map(({ receipt }) => receipt.event);
}

describe('a limit', () => {
  test('is a new revision at once, with a receipt and a notice; taken back, it widens again', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { owner, grants, outbox } = open.contracts;
    const id = await open.grant(service);
    const seen: ContractEvent[] = [];
    open.contracts.on((event) => seen.push(event));
    const page = await owner.setLimits(id, [{ clause_id: 'posts', off: false, fields: ['content'] }]);
    expect(page.revisions).toMatchObject([
      { revision: 2, event: 'limited', changes: [{ clauseId: 'posts', change: 'narrower' }] },
      { revision: 1, event: 'granted' },
    ]);
    expect((await grants.grantNow(id))?.view).toMatchObject({
      revision: 2,
      authorization_details: [{ fields: ['content'] }],
    });
    expect(seen).toContainEqual({ kind: 'grant', grant: id, over: false });
    // The service can read its contract, never the limits.
    expect(JSON.stringify(await open.contracts.approvals.grant(id))).not.toContain('limits');
    await owner.setLimits(id, []);
    expect(await eventsOf(open, id)).toEqual(['granted', 'limited', 'widened']);
    const { due } = await outbox.due(open.clock.now);
    expect(due.map(({ kind }) => kind)).toEqual(['grant.granted', 'grant.limited', 'grant.widened']);
    expect(due[0]).toMatchObject({ webhook: 'https://reader.example/hook', grantId: id, attempts: 0 });
  });

  test('that names what the contract lacks is refused, and one that changes nothing makes no revision', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { owner } = open.contracts;
    const id = await open.grant(service);
    for (const limit of [
      { clause_id: 'posts', off: false, fields: ['title'] },
      { clause_id: 'no', off: false },
    ]) {
      await expect(owner.setLimits(id, [limit])).rejects.toMatchObject({ code: 'limits_invalid' });
    }
    const page = await owner.setLimits(id, [{ clause_id: 'posts', off: false }]);
    expect(page.summary.revision).toBe(1);
    expect(page.limits).toHaveLength(1);
    expect(await eventsOf(open, id)).toEqual(['granted']);
  });
});

describe('pausing', () => {
  test('keeps terms and tokens; everything at once leaves alone what the owner paused', async () => {
    const [a, b] = await Promise.all([testService(), testService('https://b.example/client')]);
    await using open = await openTestContracts([a, b]);
    const { owner, approvals } = open.contracts;
    const [one, two] = [await open.grant(a), await open.grant(b)];
    await owner.pauseGrant(one, true);
    expect(await approvals.grant(one)).toMatchObject({ state: 'paused', revision: 1 });
    await owner.pauseServices(true);
    expect(await owner.services()).toMatchObject({ allPaused: true });
    expect(await approvals.grant(two)).toMatchObject({ state: 'paused' });
    await owner.pauseServices(false);
    expect(await approvals.grant(one)).toMatchObject({ state: 'paused' });
    expect(await approvals.grant(two)).toMatchObject({ state: 'active' });
    await owner.pauseGrant(one, false);
    expect(await eventsOf(open, one)).toEqual(['granted', 'paused', 'resumed']);
    expect(await eventsOf(open, two)).toEqual(['granted', 'paused', 'resumed']);
  });

  test('everything also holds for a contract that is made meanwhile', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    await open.contracts.owner.pauseServices(true);
    const id = await open.grant(service);
    expect(await open.contracts.approvals.grant(id)).toMatchObject({ state: 'paused' });
    await open.contracts.owner.pauseServices(false);
    expect(await open.contracts.approvals.grant(id)).toMatchObject({ state: 'active' });
  });
});

describe('the end', () => {
  test('by withdrawal demands erasing by the promised time, and the signed answer is kept', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { owner, approvals } = open.contracts;
    const id = await open.grant(service);
    await owner.withdrawGrant(id);
    await owner.withdrawGrant(id);
    expect(await approvals.grant(id)).toBeNull();
    expect((await open.contracts.grants.grantNow(id))?.view.state).toBe('withdrawn');
    expect(await eventsOf(open, id)).toEqual(['granted', 'withdrawn']);
    await expect(owner.setLimits(id, [])).rejects.toMatchObject({ code: 'grant_over' });
    await expect(owner.pauseGrant(id, false)).rejects.toMatchObject({ code: 'grant_over' });
    const erasure = async (): Promise<unknown> => (await owner.service(await serviceId(open))).grants[0]?.erasure;
    const deadline = new Date(NOON + 30 * DAY).toISOString();
    expect(await erasure()).toMatchObject({ state: 'sent', deadline, answered: null });
    const notices = (await open.contracts.outbox.due(open.clock.now)).due;
    expect(notices.map(({ kind, body }) => [kind, body['id']])).toEqual([
      ['grant.granted', `urn:locker:notice:${id}:1`],
      ['grant.withdrawn', `urn:locker:notice:${id}:2`],
      ['erasure.demanded', `urn:locker:notice:${id}:2:erasure`],
    ]);
    expect(notices.at(-1)).toMatchObject({ body: { grant_id: id, by: deadline } });
    open.clock.now += 31 * DAY;
    expect(await erasure()).toMatchObject({ state: 'overdue' });
    expect((await owner.services()).items[0]?.erasureOverdue).toBe(true);
    const answer = (payload: object): Promise<string> => service.sign(payload, ERASURE_TYP);
    const erased_at = new Date(open.clock.now).toISOString();
    const other = await testService();
    for (const [by, jws] of [
      [service.clientId, await other.sign({ grant_id: id, erased_at }, ERASURE_TYP)],
      [service.clientId, await service.sign({ grant_id: id, erased_at }, 'other+jws')],
      [service.clientId, await answer({ grant_id: 'A'.repeat(22), erased_at })],
      ['https://b.example/client', await answer({ grant_id: id, erased_at })],
    ] as const) {
      await expect(open.contracts.erasureAnswered(by, id, jws)).rejects.toMatchObject({
        code: expect.stringMatching(/record_invalid|grant_not_found/),
      });
    }
    await open.contracts.erasureAnswered(service.clientId, id, await answer({ grant_id: id, erased_at }));
    expect(await erasure()).toMatchObject({ state: 'answered', answer: expect.stringContaining('.') });
    expect((await owner.services()).items[0]?.erasureOverdue).toBe(false);
  });

  test('by the clock is read at once and written down when it is looked at; one clause may end alone', async () => {
    const soon = new Date(NOON + 60_000).toISOString();
    const service = await testService(undefined, [postsClause({ validity: { until: soon } }), follows]);
    await using open = await openTestContracts([service]);
    const { owner, approvals } = open.contracts;
    const id = await open.grant(service);
    open.clock.now += 120_000;
    // One clause has ended; which requests it refuses is the gate's.
    expect(await approvals.grant(id)).toMatchObject({ state: 'active' });
    await owner.setLimits(id, [{ clause_id: 'follows', off: false, until: new Date(NOON + DAY).toISOString() }]);
    open.clock.now = NOON + DAY;
    expect(await approvals.grant(id)).toBeNull();
    expect((await open.contracts.grants.grantNow(id))?.view.state).toBe('expired');
    await open.reopen();
    await expect.poll(() => eventsOf(open, id)).toEqual(['granted', 'limited', 'expired']);
    expect((await open.contracts.owner.service(await serviceId(open))).grants[0]?.erasure).toMatchObject({
      state: 'sent',
    });
  });

  test('by blocking is of all contracts of the service, and it can’t ask again', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const { owner, approvals } = open.contracts;
    const id = await open.grant(service);
    expect(approvals.origins()).toEqual(new Set(['https://reader.example']));
    const sid = await serviceId(open);
    await owner.blockService(sid, true);
    expect(await approvals.grant(id)).toBeNull();
    expect(approvals.origins()).toEqual(new Set());
    await expect(approvals.client(service.clientId)).rejects.toMatchObject({ code: 'service_blocked' });
    await expect(open.grant(service)).rejects.toMatchObject({ code: 'service_blocked' });
    await owner.blockService(sid, false);
    open.clock.now += DAY;
    expect(await approvals.grant(await open.grant(service))).toMatchObject({ state: 'active' });
    expect(await approvals.grant(id)).toBeNull();
  });
});

test('standing rules hold for every contract at once, and no contract gets longer by them', async () => {
  const service = await testService(undefined, [postsClause(), follows]);
  await using open = await openTestContracts([service]);
  const { owner, approvals } = open.contracts;
  const id = await open.grant(service);
  const clauses = async (): Promise<unknown> => (await approvals.grant(id))?.authorization_details;
  const rules = {
    never: ['social.follow'],
    rolling: 'P365D',
    pseudonymousFor: [],
    neverOthersPrivate: true,
    longest: 'P30D',
  };
  await owner.savePolicy(rules);
  const until = new Date(NOON + 30 * DAY).toISOString().replace('.000Z', 'Z');
  expect(await clauses()).toMatchObject([{ clause_id: 'posts', window: { rolling: 'P365D' }, validity: { until } }]);
  expect(await owner.getPolicy()).toEqual(rules);
  open.clock.now += 10 * DAY;
  await owner.savePolicy({ ...rules, rolling: 'P100D' });
  expect(await clauses()).toMatchObject([{ window: { rolling: 'P100D' }, validity: { until } }]);
  expect(await eventsOf(open, id)).toEqual(['granted', 'limited', 'limited']);
});

test('an old copy of the store starts with every contract paused, until the owner resumes each', async () => {
  const service = await testService();
  await using open = await openTestContracts([service]);
  const id = await open.grant(service);
  await open.reopen();
  expect(await open.contracts.approvals.grant(id)).toMatchObject({ state: 'active' });
  await open.reopen({ epoch: { read: async () => 1000, raise: async (epoch) => epoch } });
  expect(await open.contracts.approvals.grant(id)).toMatchObject({ state: 'paused' });
  expect((await open.contracts.owner.services()).items[0]?.warnings).toMatchObject([/older copy/]);
  await open.contracts.owner.pauseServices(true);
  await open.contracts.owner.pauseServices(false);
  expect(await open.contracts.approvals.grant(id)).toMatchObject({ state: 'paused' });
  await open.contracts.owner.pauseGrant(id, false);
  expect(await open.contracts.approvals.grant(id)).toMatchObject({ state: 'active' });
  // A counter that is gone tells nothing: it is taken for an old copy.
  await open.reopen({ epoch: { read: async () => undefined, raise: async (epoch) => epoch } });
  expect(await open.contracts.approvals.grant(id)).toMatchObject({ state: 'paused' });
});

test('acceptance 10: receipts and log verify offline, also across closed days, and one altered byte is named', async () => {
  const service = await testService();
  await using open = await openTestContracts([service]);
  const { grants, owner } = open.contracts;
  const id = await open.grant(service);
  const row = {
    grant: id,
    clause: 'posts',
    action: 'query',
    datatype: 'social.post',
    fields: ['content'],
    rows: 2,
    bytes: 20,
    outcome: 'answered' as const,
    reason: null,
    revision: 1,
    oldest: NOON - DAY,
  };
  for (let day = 0; day < 3; day++) {
    await Promise.all([0, 1, 2].map(() => grants.appendLog({ ...row, at: open.clock.now })));
    open.clock.now += DAY;
  }
  await open.reopen();
  await expect.poll(() => eventsOf(open, id)).toEqual(['granted', 'day closed', 'day closed', 'day closed']);
  await open.contracts.owner.withdrawGrant(id);
  expect(await open.contracts.owner.verifyActivity()).toEqual({ intact: true, problem: null, receipts: 5, entries: 9 });
  let bundle: Bundle | undefined;
  for await (const one of open.contracts.owner.exportActivity()) bundle = one;
  expect(bundle?.grants[0]).toMatchObject({ grant_id: id, days: [{ requests: 3 }, { rows: 6 }, { bytes: 60 }] });
  const text = JSON.stringify(bundle);
  expect(await verifyBundle(JSON.parse(text))).toMatchObject({ intact: true });
  const altered = await verifyBundle(JSON.parse(text.replace('"rows":2', '"rows":1')));
  expect(altered.problem).toContain('log entry 1');
  // Two years later only hashes and sums are left, and the chains still hold.
  open.clock.now += 731 * DAY;
  await open.reopen();
  await expect.poll(async () => (await owner.verifyActivity()).entries).toBe(0);
  expect(await open.contracts.owner.verifyActivity()).toMatchObject({ intact: true, receipts: 5 });
  expect(await open.store.read('contracts.use', { grant: id, from: 0 })).toEqual([]);
});
