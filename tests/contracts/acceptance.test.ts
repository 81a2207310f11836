import { afterAll, beforeAll, expect, test } from 'vitest';
import { branded } from '../../protocol/brand.ts';
import { verifyBundleText } from '../../main/contracts/index.ts';
import type { Reply, TestService, Tokens } from '../../main/service-api/testing/service.ts';
import { clauseOf, limit, startLocker, type RunningLocker } from './running-locker.ts';

/** Points of the contracts' acceptance list, over the whole program and real sockets. */
let locker: RunningLocker;
let port = 5600;

beforeAll(async () => {
  locker = await startLocker();
});
afterAll(async () => {
  await locker[Symbol.asyncDispose]();
  expect(locker.faults).toEqual([]);
});

interface Contract {
  readonly service: TestService;
  readonly tokens: Tokens;
  get(path: string): Promise<Reply>;
}

const POSTS = clauseOf('posts', { necessity: 'required' });
const LIST = '/v1/records/social.post?clause=posts&limit=5';

async function contract(clauses = [POSTS], asked = clauses): Promise<Contract> {
  const service = await locker.program(clauses, ++port);
  const tokens = await service.tokens({ authorization_details: JSON.stringify(asked) });
  return { service, tokens, get: (path) => service.get(path, tokens.access_token) };
}

async function changesOf({ service, tokens }: Contract): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const response = await fetch(`${locker.issuer}/v1/changes?clause=posts`, {
    headers: {
      authorization: `DPoP ${tokens.access_token}`,
      dpop: await service.proof('GET', '/v1/changes', tokens.access_token),
      accept: 'text/event-stream',
    },
  });
  expect(response.status).toBe(200);
  return (response.body ?? new ReadableStream()).getReader();
}

test('acceptance 1: withdrawing during a streamed answer stops it', async () => {
  const held = await contract();
  const reader = await changesOf(held);
  await reader.read();
  const began = performance.now();
  await locker.owner().withdrawGrant(held.tokens.grant_id);
  const over = (): Promise<boolean> =>
    reader.read().then(
      ({ done }) => done,
      () => true,
    );
  while (!(await over()));
  expect(performance.now() - began).toBeLessThan(1000);
  expect((await held.get(LIST)).status).toBe(401);
});

test('acceptance 2: limiting a field hides it from reads, changes, counts, order and error text', async () => {
  const held = await contract();
  const { items } = (await held.get(LIST)).body as { items: { fields: object }[] };
  expect(JSON.stringify(items)).toContain('"language"');
  await locker.owner().setLimits(held.tokens.grant_id, limit('posts', { fields: ['content', 'published'] }));
  const filter = encodeURIComponent('[{"field":"language","op":"eq","value":"en"}]');
  const reads = [LIST, '/v1/changes?clause=posts'];
  for (const path of reads) {
    const reply = await held.get(path);
    expect(reply.status).toBe(200);
    expect(JSON.stringify(reply.body)).not.toContain('language');
    expect(reply.headers.get('grant-revision')).toBe('2');
  }
  const refused = await Promise.all(
    [`${LIST}&fields=language`, `${LIST}&order=language`, `${LIST}&filter=${filter}`, `/count?filter=${filter}`].map(
      (path) =>
        held.get(path.startsWith('/count') ? `/v1/records/social.post/count?clause=posts&filter=${filter}` : path),
    ),
  );
  for (const reply of refused) expect(reply).toMatchObject({ status: 403, body: { code: 'field_not_granted' } });
  // A field that never was in any contract is refused in the same words.
  const unknown = await held.get(`${LIST}&fields=shoeSize`);
  const words = (reply?: Reply): string => JSON.stringify(reply?.body).replaceAll(/language|shoeSize/g, '…');
  expect(words(refused[0])).toBe(words(unknown));
});

test('acceptance 3: a filter on a field that is not granted is refused', async () => {
  const held = await contract();
  const filter = encodeURIComponent('[{"field":"author","op":"eq","value":"https://example.com/a"}]');
  expect(await held.get(`${LIST}&filter=${filter}`)).toMatchObject({
    status: 403,
    body: { code: 'field_not_granted', detail: expect.stringContaining('author') as string },
  });
});

test('acceptance 4: a stolen token without its key gets a 401', async () => {
  const { service, tokens } = await contract();
  const key = await service.newKey();
  expect(await service.get(LIST, tokens.access_token, { key })).toMatchObject({
    status: 401,
    body: { code: 'proof_invalid' },
  });
});

test('acceptance 5: a replayed proof gets a 401', async () => {
  const { service, tokens } = await contract();
  const proof = await service.proof('GET', LIST, tokens.access_token);
  const headers = { authorization: `DPoP ${tokens.access_token}`, dpop: proof };
  const statuses = [];
  for (let time = 0; time < 2; time++) statuses.push((await fetch(locker.issuer + LIST, { headers })).status);
  expect(statuses).toEqual([200, 401]);
});

test('acceptance 7: a wider version is not in force before yes, while the old is served', async () => {
  const held = await contract();
  const before = (await held.get(`/grants/${held.tokens.grant_id}`)).body as { offer: { digest: string } };
  const wider = clauseOf('posts', { necessity: 'required', fields: ['content', 'published', 'language', 'author'] });
  await locker.publish(held.service, [wider], 2, before.offer.digest);
  const [request] = (await locker.owner().accessRequests()).items;
  expect(request).toMatchObject({ kind: 'version', changes: [{ clauseId: 'posts', change: 'wider' }] });
  expect((await held.get(`${LIST}&fields=author`)).status).toBe(403);
  expect((await held.get(LIST)).status).toBe(200);
  await locker.owner().decideRequest(request?.id ?? '', { decision: 'allow', limits: [] });
  expect((await held.get(`${LIST}&fields=author`)).status).toBe(200);
});

test('acceptance 8: merge can’t change clauses that weren’t shown', async () => {
  const more = clauseOf('more', { fields: ['content', 'published'] });
  const held = await contract([POSTS, more], [POSTS]);
  const id = held.tokens.grant_id;
  await locker.owner().setLimits(id, limit('posts', { fields: ['content', 'published'] }));
  const { decide } = locker;
  try {
    // An answer about a clause that the request does not show is none.
    locker.decide = async (request, shown) => {
      const { items } = await locker.owner().accessRequests();
      expect(items[0]?.clauses.map(({ clause }) => clause.clause_id)).toEqual(['more']);
      await expect(
        locker.owner().decideRequest(request, {
          decision: 'allow',
          number: shown,
          limits: limit('posts', { fields: ['language'] }),
        }),
      ).rejects.toMatchObject({ code: 'limits_invalid' });
      await decide(request, shown, []);
    };
    const changes = { grant_management_action: 'merge', grant_id: id, authorization_details: JSON.stringify([more]) };
    const tokens = await held.service.tokens(changes);
    const { authorization_details: now } = (await held.service.get(`/grants/${id}`, tokens.access_token)).body as {
      authorization_details: { clause_id: string; fields: string[] }[];
    };
    const byId = new Map(now.map(({ clause_id, fields }) => [clause_id, fields]));
    expect([...byId.keys()].sort()).toEqual(['more', 'posts']);
    expect(byId.get('posts')).toEqual(['content', 'published']);
  } finally {
    locker.decide = decide;
  }
});

test('acceptance 9: one expired clause in a live grant refuses only that clause', async () => {
  const until = new Date(Date.now() + 1500).toISOString();
  const held = await contract([POSTS, clauseOf('soon', { validity: { until, renewal: 'none' } })]);
  const soon = (): Promise<Reply> => held.get('/v1/records/social.post?clause=soon');
  await expect.poll(async () => (await soon()).status, { timeout: 5000 }).toBe(403);
  expect(await soon()).toMatchObject({ body: { code: 'clause_expired' } });
  expect((await held.get(LIST)).status).toBe(200);
});

test('acceptance 10: receipts verify offline, and what the service holds is the same', async () => {
  const held = await contract();
  await held.get(LIST);
  const receipts = (await held.get(`/receipts/${held.tokens.grant_id}`)).body['items'];
  let text = '';
  for await (const bundle of locker.owner().exportActivity()) text += `${JSON.stringify(bundle)}\n`;
  expect(await verifyBundleText(text)).toMatchObject({ intact: true });
  expect(text).toContain(JSON.stringify(receipts).slice(1, -1));
  const altered = text.replace('"event":"granted"', '"event":"resumed"');
  expect(await verifyBundleText(altered)).toMatchObject({ intact: false });
});

test('acceptance 13: the prompt enumerates exactly what is then in force', async () => {
  const { decide } = locker;
  let shown: unknown;
  try {
    locker.decide = async (request, number) => {
      const limits = limit('posts', { fields: ['published'], window: { rolling: 'P7D' } });
      const { clauses } = await locker.owner().previewRequest(request, limits);
      shown = clauses.flatMap(({ view }) => (view === null ? [] : [view.clause]));
      expect(clauses[0]?.view?.terms.map(({ term }) => term)).toEqual(
        expect.arrayContaining(['actions', 'datatypes', 'fields', 'window', 'privileges', 'purpose', 'recipients']),
      );
      await locker.owner().decideRequest(request, { decision: 'allow', number, limits });
    };
    const held = await contract();
    const { authorization_details: now } = (await held.get(`/grants/${held.tokens.grant_id}`)).body;
    expect(now).toEqual(shown);
  } finally {
    locker.decide = decide;
  }
});

test('acceptance 14: a request opened in another browser can’t be approved without the number it shows', async () => {
  const { decide } = locker;
  try {
    locker.decide = async (request, shown, numbers) => {
      expect(numbers).toHaveLength(3);
      const wrong = numbers.find((number) => number !== shown) ?? 0;
      const allow = (number?: number): Promise<unknown> =>
        locker
          .owner()
          .decideRequest(request, { decision: 'allow', limits: [], ...(number === undefined ? {} : { number }) });
      await expect(allow(wrong)).rejects.toMatchObject({ code: 'wrong_number' });
      await expect(allow(wrong)).rejects.toMatchObject({ code: 'wrong_number' });
      await expect(allow(shown)).rejects.toMatchObject({ code: 'request_not_found' });
    };
    const service = await locker.program([POSTS], ++port);
    await expect(service.tokens({ authorization_details: JSON.stringify([POSTS]) })).rejects.toThrow();
    expect((await locker.owner().accessRequests()).items).toEqual([]);
  } finally {
    locker.decide = decide;
  }
});

test('acceptance 15: an edit to a field outside the clause makes no change event', async () => {
  const texts = clauseOf('texts', { fields: ['content'] });
  const held = await contract([clauseOf('posts', { fields: ['published'], necessity: 'required' }), texts]);
  const cursors = new Map<string, string>();
  const next = async (clause: string): Promise<unknown[]> => {
    const changes: unknown[] = [];
    for (let more = true; more;) {
      const cursor = cursors.get(clause);
      const from = cursor === undefined ? '' : `&cursor=${cursor}`;
      const reply = await held.get(`/v1/changes?clause=${clause}&limit=1000${from}`);
      const page = reply.body as { changes: unknown[]; cursor: string; more: boolean };
      changes.push(...page.changes);
      cursors.set(clause, page.cursor);
      more = page.more;
    }
    return changes;
  };
  for (const clause of ['posts', 'texts']) expect((await next(clause)).length).toBeGreaterThan(100);
  const { items } = await locker.rooms.records.browse({ datatype: 'social.post', order: 'newest', limit: 200 });
  const [post] = items;
  if (post === undefined) throw new Error('no post');
  await locker.rooms.records.edit(branded<string, 'RecordId'>(post.id), { content: 'Quite another text.' });
  expect(await next('posts')).toEqual([]);
  expect(await next('texts')).toMatchObject([{ kind: 'put', fields: { content: 'Quite another text.' } }]);
});
