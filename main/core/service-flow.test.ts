import { afterAll, beforeAll, expect, test } from 'vitest';
import { CompactSign } from 'jose';
import type { Clause } from '../../protocol/contract/clause.ts';
import { ERASURE_TYP, signOffer, type OwnerControl } from '../contracts/index.ts';
import { CLAUSE, testService, type ServiceOwner, type TestService } from '../service-api/testing.ts';
import type { Running } from './running.ts';
import { loadSample } from './sample.ts';
import { temporaryFolder } from './testing.ts';
import { runHere } from './testing/run-here.ts';

const PASSPHRASE = 'a long enough passphrase';
const RECORDS = '/v1/records/social.post?clause=posts';
const faults: unknown[] = [];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: Running;
let owner: ServiceOwner;

function control(): OwnerControl {
  return running.locker.opened().rooms.services;
}

/** The number that the page shows, as the owner reads it. */
function numberOn(text: string): number {
  return Number(/>(\d\d)</.exec(text)?.[1]);
}

async function addProgram(service: TestService, clauses: readonly Clause[] = [CLAUSE]): Promise<void> {
  const { metadata, clientId } = service.client;
  const offer = await signOffer(
    {
      contract_version: '1',
      id: `${clientId}#contract`,
      version: 1,
      client_id: clientId,
      controller: { name: 'Newcomer', contact: 'hello@newcomer.example', jurisdiction: 'NL' },
      language: 'en',
      clauses,
    },
    { key: service.clientKey.privateKey, alg: 'EdDSA', kid: 'client' },
  );
  await control().addService({ file: JSON.stringify({ client: metadata, offer }) });
}

beforeAll(async () => {
  folder = await temporaryFolder();
  running = await runHere(folder.path, null, faults);
  await running.locker.create(PASSPHRASE);
  const { store, rooms } = running.locker.opened();
  await loadSample(store, Date.now());
  await rooms.records.settle();
  owner = {
    issuer: running.issuer ?? '',
    // Made known by its file.
    known: () => {},
    async allow(waiting) {
      const [request] = (await control().accessRequests()).items;
      if (request === undefined) throw new Error('nobody asks');
      const shown = numberOn(waiting.text);
      const wrong = request.numbers?.find((number) => number !== shown);
      await expect(
        control().decideRequest(request.id, { decision: 'allow', number: wrong ?? 0, limits: [] }),
      ).rejects.toMatchObject({ code: 'wrong_number' });
      expect(request.tabWaiting).toBe(true);
      await control().decideRequest(request.id, { decision: 'allow', number: shown, limits: [] });
    },
  };
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  expect(faults).toEqual([]);
});

test('a program on this computer asks, reads what it was given, and is stopped while it streams', async () => {
  const service = await testService(owner, 'local');
  await addProgram(service);
  const { access_token: token, refresh_token: refresh, grant_id: grant } = await service.tokens();

  const read = await service.get(RECORDS, token);
  expect(read.status).toBe(200);
  const items = read.body['items'] as { fields: Record<string, unknown> }[];
  expect(items).toHaveLength(50);
  // A boost has no text of its own.
  const released = new Set(items.flatMap(({ fields }) => Object.keys(fields)));
  expect([...released].sort()).toEqual(['content', 'published']);
  expect(read.headers.get('grant-revision')).toBe('1');
  const again = await service.get(RECORDS, token, { headers: { 'if-none-match': read.headers.get('etag') ?? '' } });
  expect(again.status).toBe(304);
  expect(await service.get('/v1/records/social.post/count?clause=posts', token)).toMatchObject({ status: 200 });
  expect(await service.get('/v1/records/social.message?clause=posts', token)).toMatchObject({
    status: 403,
    body: { code: 'datatype_not_granted' },
  });
  expect((await service.get(`/grants/${grant}`, token)).body).toMatchObject({ grant_id: grant, state: 'active' });
  expect(((await service.get(`/receipts/${grant}`, token)).body['items'] as unknown[]).length).toBe(1);

  await control().pauseGrant(grant, true);
  expect(await service.get(RECORDS, token)).toMatchObject({ status: 403, body: { code: 'paused' } });
  await control().pauseGrant(grant, false);

  const stream = await fetch(`${owner.issuer}/v1/changes?clause=posts`, {
    headers: {
      authorization: `DPoP ${token}`,
      dpop: await service.proof('GET', '/v1/changes', token),
      accept: 'text/event-stream',
    },
  });
  expect(stream.status).toBe(200);
  const reader = (stream.body ?? new ReadableStream()).getReader();
  await reader.read();
  const withdrawn = performance.now();
  await control().withdrawGrant(grant);
  // Until its end, or until it is cut.
  while (
    !(await reader.read().then(
      ({ done }) => done,
      () => true,
    ))
  );
  expect(performance.now() - withdrawn).toBeLessThan(1000);

  expect(await service.get(RECORDS, token)).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
  await service.refresh(refresh);
  expect(await service.refresh(refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });

  const said = JSON.stringify({ grant_id: grant, erased_at: '2026-11-25T00:00:00Z' });
  const answer = await new CompactSign(new TextEncoder().encode(said))
    .setProtectedHeader({ alg: 'EdDSA', typ: ERASURE_TYP, kid: 'client' })
    .sign(service.clientKey.privateKey);
  const erased = (jws: string): Promise<Response> =>
    fetch(`${owner.issuer}/grants/${grant}/erasure`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: service.client.clientId, answer: jws }),
    });
  expect((await erased(`${answer.slice(0, -4)}AAAA`)).status).toBe(422);
  expect((await erased(answer)).status).toBe(204);
});

test('a service that nobody knows here asks in vain, and one asks once at a time', async () => {
  const service = await testService(owner, 'local', '127.0.0.1:5556');
  expect(await service.par()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  await addProgram(service);
  const first = await service.par();
  expect(first.status).toBe(201);
  const other = await testService(owner, 'remote', 'not-public.invalid');
  expect(await other.par()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect(await service.par()).toMatchObject({ status: 429, body: { error: 'temporarily_unavailable' } });
  const [request] = (await control().accessRequests()).items;
  await control().decideRequest(request?.id ?? '', { decision: 'deny' });
});

test('more is asked for on the same contract, which stays in force until yes', async () => {
  const follows: Clause = { ...CLAUSE, clause_id: 'follows', datatypes: ['social.follow'], fields: ['object'] };
  const service = await testService(owner, 'local', '127.0.0.1:5558');
  await addProgram(service, [CLAUSE, follows]);
  const first = await service.tokens();
  const path = '/v1/records/social.follow?clause=follows';
  expect(await service.get(path, first.access_token)).toMatchObject({ body: { code: 'clause_not_granted' } });
  const more = await service.tokens({
    grant_management_action: 'merge',
    grant_id: first.grant_id,
    authorization_details: JSON.stringify([follows]),
  });
  expect(more.grant_id).toBe(first.grant_id);
  expect(more.authorization_details).toHaveLength(2);
  // The tokens of before are of the same contract, and see what it says now.
  for (const { access_token: token } of [first, more]) {
    const reply = await service.get(path, token);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('grant-revision')).toBe('2');
  }
  const other = await testService(owner, 'local', '127.0.0.1:5559');
  await addProgram(other);
  const stolen = await other.par({ grant_management_action: 'merge', grant_id: first.grant_id });
  expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant_id' } });
});

test('a locker that is locked while services have contracts says so, and goes on with them when it opens', async () => {
  const service = await testService(owner, 'local', '127.0.0.1:5557');
  await addProgram(service);
  const { access_token: token } = await service.tokens();
  await running.locker.lock();
  const locked = await service.get(RECORDS, token);
  expect(locked).toMatchObject({ status: 503, body: { code: 'locked' } });
  expect(locked.headers.get('retry-after')).toBe('10');
  await running.locker.unlock(PASSPHRASE);
  // The nonces are new with each opening, the tokens are not.
  expect((await service.get(RECORDS, token)).headers.get('www-authenticate')).toContain('use_dpop_nonce');
  expect((await service.get(RECORDS, token)).status).toBe(200);
});
