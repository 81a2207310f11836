import { describe, expect, test } from 'vitest';
import {
  DAY,
  openTestContracts,
  postsClause,
  testService,
  type TestContracts,
  type TestService,
} from '../grants/testing.ts';

const posts = postsClause({ fields: ['content', 'published'] });
const wider = postsClause({ fields: ['content', 'published', 'url'] });
const narrower = postsClause({ fields: ['content'] });
const extra = postsClause({ clause_id: 'extra', necessity: 'optional' });

/** The next look at the service's documents: as a new day would. */
async function look(open: TestContracts): Promise<void> {
  open.clock.now += DAY;
  await open.reopen();
}

async function withGrant(service: TestService): Promise<TestContracts & { id: string }> {
  const open = await openTestContracts([service]);
  return Object.assign(open, { id: await open.grant(service) });
}

const detailsOf = async ({ contracts }: TestContracts, id: string): Promise<unknown> =>
  (await contracts.approvals.grant(id))?.authorization_details;

describe('a new version', () => {
  test('that is narrower is accepted by itself', async () => {
    const service = await testService(undefined, [posts]);
    await using open = await withGrant(service);
    const next = await service.publish({ clauses: [narrower, extra] });
    await look(open);
    await expect.poll(() => detailsOf(open, open.id)).toMatchObject([{ clause_id: 'posts', fields: ['content'] }]);
    expect(await open.contracts.approvals.grant(open.id)).toMatchObject({ offer: { version: 2, digest: next.digest } });
    expect((await open.contracts.owner.accessRequests()).items).toEqual([]);
    const events = (await open.contracts.grants.receipts(open.id)).map(({ receipt }) => receipt.event);
    expect(events).toEqual(['granted', 'version accepted']);
  });

  test('acceptance 7: one that is wider is not in force before yes, while the old is served', async () => {
    const service = await testService(undefined, [posts]);
    await using open = await withGrant(service);
    await service.publish({ clauses: [wider, extra] });
    await look(open);
    const { owner, approvals } = open.contracts;
    await expect.poll(async () => (await owner.accessRequests()).items).toHaveLength(1);
    const [item] = (await owner.accessRequests()).items;
    expect(item).toMatchObject({ kind: 'version', grant: open.id, numbers: null, tabWaiting: false });
    // Only what grows; a new optional clause is not even asked about.
    expect(item?.changes).toMatchObject([{ clauseId: 'posts', change: 'wider' }]);
    expect(JSON.stringify(item?.changes)).toContain('link');
    expect(await approvals.grant(open.id)).toMatchObject({ revision: 1, offer: { version: 1 } });
    await owner.decideRequest(item?.id ?? '', { decision: 'allow', limits: [] });
    expect(await approvals.grant(open.id)).toMatchObject({
      revision: 2,
      offer: { version: 2 },
      authorization_details: [{ fields: ['content', 'published', 'url'] }],
    });
    expect((await owner.accessRequests()).items).toEqual([]);
  });

  test('that was said no to is not asked about again; the old one is served for 90 days and then ends', async () => {
    const service = await testService(undefined, [posts]);
    await using open = await withGrant(service);
    await service.publish({ clauses: [wider] });
    await look(open);
    const waiting = (): Promise<number> => open.contracts.owner.accessRequests().then(({ items }) => items.length);
    await expect.poll(waiting).toBe(1);
    const [item] = (await open.contracts.owner.accessRequests()).items;
    await open.contracts.owner.decideRequest(item?.id ?? '', { decision: 'deny' });
    await look(open);
    expect(await waiting()).toBe(0);
    open.clock.now += 87 * DAY;
    expect(await open.contracts.approvals.grant(open.id)).toMatchObject({ offer: { version: 1 } });
    open.clock.now += 3 * DAY;
    expect(await open.contracts.approvals.grant(open.id)).toBeNull();
  });

  test('keeps limits by clause; a changed text is told, a changed controller asked about', async () => {
    const service = await testService(undefined, [posts]);
    await using open = await withGrant(service);
    await open.contracts.owner.setLimits(open.id, [{ clause_id: 'posts', off: false, fields: ['published'] }]);
    await service.publish({ clauses: [{ ...posts, purpose_text: { en: { short: 'All you wrote', long: '' } } }] });
    await look(open);
    await expect.poll(async () => (await open.contracts.approvals.grant(open.id))?.offer.version).toBe(2);
    expect(await detailsOf(open, open.id)).toMatchObject([{ fields: ['published'] }]);
    expect((await open.contracts.owner.services()).items[0]?.warnings).toMatchObject([/changed what it says/]);
    await service.publish({ clauses: [wider] });
    await look(open);
    await expect.poll(async () => (await open.contracts.owner.accessRequests()).items).toHaveLength(1);
    const [item] = (await open.contracts.owner.accessRequests()).items;
    expect(item?.clauses).toMatchObject([{ clause: { fields: ['published'] } }]);
    expect(item?.controllerBefore).toBeNull();
    await open.contracts.owner.decideRequest(item?.id ?? '', { decision: 'allow', limits: [] });
    expect(await open.contracts.approvals.grant(open.id)).toMatchObject({ offer: { version: 3 } });
    expect(await detailsOf(open, open.id)).toMatchObject([{ fields: ['published'] }]);
    await service.publish({ controller: { ...service.offer.controller, name: 'Bigger Ltd' } });
    await look(open);
    await expect.poll(async () => (await open.contracts.owner.accessRequests()).items).toHaveLength(1);
    expect((await open.contracts.owner.accessRequests()).items).toMatchObject([
      { controllerBefore: { name: 'Reader Ltd' }, service: { controller: { name: 'Bigger Ltd' } } },
    ]);
    // Its page names who has the contract, not who would.
    expect((await open.contracts.owner.services()).items).toMatchObject([
      { service: { controller: { name: 'Reader Ltd' } } },
    ]);
    expect(await open.contracts.approvals.grant(open.id)).toMatchObject({ offer: { version: 3 } });
  });

  test('that is lower, or another under the same number, is refused and reported', async () => {
    const service = await testService(undefined, [posts]);
    await using open = await withGrant(service);
    const first = service.offer;
    await service.publish({ clauses: [narrower] });
    await look(open);
    await expect.poll(async () => (await open.contracts.approvals.grant(open.id))?.offer.version).toBe(2);
    service.offer = first;
    await expect(open.grant(service)).rejects.toMatchObject({ code: 'offer_version' });
    await service.publish({ clauses: [wider] });
    await expect(open.grant(service)).rejects.toMatchObject({ code: 'offer_version' });
    expect((await open.contracts.owner.services()).items[0]?.warnings).toMatchObject([/older version/]);
    expect(await detailsOf(open, open.id)).toMatchObject([{ fields: ['content'] }]);
  });
});

describe('adding a service', () => {
  test('by the link of its offer or its document grants nothing', async () => {
    const service = await testService(undefined, [posts]);
    await using open = await openTestContracts([service]);
    const { owner, approvals } = open.contracts;
    const first = await owner.addService({ link: 'https://reader.example/offer' });
    const second = await owner.addService({ link: 'reader.example/client' });
    expect(second.service.id).toBe(first.service.id);
    expect(first).toMatchObject({ service: { host: 'reader.example', kind: 'remote' }, clauses: [{ required: true }] });
    expect((await owner.services()).items).toMatchObject([{ grants: [], blocked: false }]);
    expect(approvals.origins()).toEqual(new Set(['https://reader.example']));
    for (const link of ['http://reader.example/offer', 'javascript:alert(1)', ' ', 'https://']) {
      await expect(owner.addService({ link })).rejects.toMatchObject({ code: 'address_invalid' });
    }
    await expect(owner.addService({ link: 'https://none.example/x' })).rejects.toMatchObject({ code: 'fetch_failed' });
  });

  test('by a file that was altered, or that is of a service elsewhere, is refused', async () => {
    const local = await testService('http://127.0.0.1:5000/client', [posts]);
    const remote = await testService(undefined, [posts]);
    await using open = await openTestContracts([remote]);
    const { owner } = open.contracts;
    const add = (file: string): Promise<unknown> => owner.addService({ file });
    await expect(add(local.file().replace('"published"', '"url"'))).rejects.toMatchObject({ code: 'offer_signature' });
    await expect(add(remote.file())).rejects.toMatchObject({ code: 'client_invalid' });
    await expect(add('{}')).rejects.toMatchObject({ code: 'client_invalid' });
    await expect(add('no')).rejects.toMatchObject({ code: 'client_invalid' });
    expect((await owner.services()).items).toEqual([]);
    await add(local.file());
    expect((await owner.services()).items).toHaveLength(1);
  });
});

describe('a program whose file is signed by other keys', () => {
  const address = 'http://127.0.0.1:5000/client';

  test('does not take the place of the one before unless the owner says so, and then has none of its contracts', async () => {
    const [first, second] = [await testService(address, [posts]), await testService(address, [posts])];
    // The same text of the same version, as a new installation has it.
    expect(second.offer.digest).toBe(first.offer.digest);
    await using open = await openTestContracts([]);
    const { owner, approvals } = open.contracts;
    const { service } = await owner.addService({ file: first.file() });
    const grant = await open.grant(first);
    await expect(owner.addService({ file: second.file() })).rejects.toMatchObject({
      code: 'program_changed',
      detail: 'Reader',
    });
    expect((await approvals.client(address))?.metadata.jwks).toEqual(first.metadata.jwks);
    expect((await owner.service(service.id)).grants).toMatchObject([{ summary: { state: 'active' } }]);
    // Its own file may be added again, and it may bring a new key beside the one it had.
    await owner.addService({ file: first.file(), replace: true });
    first.metadata = { ...first.metadata, jwks: { keys: [...second.metadata.jwks.keys, ...first.metadata.jwks.keys] } };
    await owner.addService({ file: first.file() });
    expect((await owner.service(service.id)).grants).toMatchObject([{ summary: { state: 'active' } }]);
    // Then that one may sign alone.
    await owner.addService({ file: second.file() });
    expect(await open.grant(second)).not.toBe(grant);
    const third = await testService(address, [posts]);
    expect((await owner.addService({ file: third.file(), replace: true })).service.id).toBe(service.id);
    expect((await owner.service(service.id)).grants.map(({ summary }) => summary.state)).toEqual([
      'withdrawn',
      'withdrawn',
    ]);
    // It asks as a new one does, also with other clauses under the version that the one before had.
    await open.grant(third);
    const fourth = await testService(address, [postsClause({ fields: ['content'] })]);
    await owner.addService({ file: fourth.file(), replace: true });
    await open.grant(fourth);
    expect((await owner.service(service.id)).grants.map(({ summary }) => summary.state)).toEqual([
      'active',
      'withdrawn',
      'withdrawn',
      'withdrawn',
    ]);
    expect(await owner.verifyActivity()).toMatchObject({ intact: true });
  });

  test('stays blocked', async () => {
    const [first, second] = [await testService(address, [posts]), await testService(address, [posts])];
    await using open = await openTestContracts([]);
    const { owner } = open.contracts;
    const { service } = await owner.addService({ file: first.file() });
    await owner.blockService(service.id, true);
    await owner.addService({ file: second.file(), replace: true });
    await expect(open.grant(second)).rejects.toMatchObject({ code: 'service_blocked' });
  });
});

test('two programs of this computer bring no datatype under one name', async () => {
  const [first, second] = [await testService('http://127.0.0.1:5000/client'), await testService('http://[::1]:5000/c')];
  const datatypes = [
    {
      name: 'x-localhost-5000.note',
      title: 'Notes',
      schema: {
        type: 'object',
        properties: { text: { type: 'string', maxLength: 100 } },
        additionalProperties: false,
      },
      indexed: [],
    },
  ];
  await using open = await openTestContracts([]);
  const { owner } = open.contracts;
  for (const program of [first, second]) await program.publish({ datatypes });
  await owner.addService({ file: first.file() });
  await owner.addService({ file: first.file() });
  await expect(owner.addService({ file: second.file() })).rejects.toMatchObject({
    code: 'offer_invalid',
    detail: 'datatype x-localhost-5000.note is another program’s',
  });
  expect((await owner.services()).items).toHaveLength(1);
});

test('warnings that were read are put away, and only those', async () => {
  const service = await testService();
  await using open = await openTestContracts([service]);
  await open.grant(service);
  const { owner } = open.contracts;
  const cardOf = async () => (await owner.services()).items[0];
  const id = (await cardOf())?.service.id ?? '';
  expect(await cardOf()).toMatchObject({ warnings: [], warned: null });
  await open.store.write('contracts.warn', { service: id, code: 'webhook_failed', at: open.clock.now });
  const seen = (await cardOf())?.warned ?? '';
  await open.store.write('contracts.warn', { service: id, code: 'bad_tokens', at: open.clock.now + 1 });
  await owner.dismissWarnings(id, seen);
  expect(await cardOf()).toMatchObject({ warnings: [/five requests in a row/] });
  await expect(owner.dismissWarnings('none', seen)).rejects.toMatchObject({ code: 'service_not_found' });
});

test('five bad tokens in a row tell the owner once; good ones between do not', async () => {
  const service = await testService();
  await using open = await openTestContracts([service]);
  await open.grant(service);
  const { approvals, owner } = open.contracts;
  const warnings = async (): Promise<unknown> => (await owner.services()).items[0]?.warnings;
  for (let i = 0; i < 8; i++) {
    approvals.badToken(service.clientId, 'x');
    if (i % 4 === 3) approvals.goodToken(service.clientId);
  }
  approvals.badToken(null, 'x');
  await open.reopen();
  expect(await warnings()).toEqual([]);
  for (let i = 0; i < 12; i++) open.contracts.approvals.badToken(service.clientId, 'x');
  await open.reopen();
  expect((await open.contracts.owner.services()).items[0]?.warnings).toMatchObject([/five requests in a row/]);
  const refused = await open.contracts.owner.activity({ kind: 'refused', limit: 50 });
  expect(refused.items.map(({ who, text }) => [who, text])).toEqual(
    expect.arrayContaining([
      ['not known', 'One request without a valid token was refused.'],
      ['Reader (reader.example)', '20 requests without a valid token were refused within a minute.'],
    ]),
  );
});
