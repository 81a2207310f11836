import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { Appended, RecordList } from '../../protocol/service/records.ts';
import { Clause } from '../../protocol/contract/clause.ts';
import { temporaryFolder } from '../../main/core/testing.ts';
import { CLAUSE, testService, type ServiceOwner, type TestService } from '../../main/service-api/testing.ts';
import { createRandom, type Random } from '../unit/random.ts';
import { describedRoutes, type Described } from './api-document.ts';
import { noteJson, startLocker, type DrivenLocker } from './driven-locker.ts';
import { denyAll, liveThrough, type Over } from './fuzzed-flow.ts';
import { fuzzedRequest, oddJson, oddText, type Fuzzed, type Known } from './fuzzed-requests.ts';
import { plainRequest, type PlainAnswer } from './plain-request.ts';
import { addProgram, contractFor, freePort, ownerOf } from './service-locker.ts';

const SEED = 20_261_125;
const REQUESTS = process.env['SOAK'] === '1' ? 25_000 : 600;
/** In five, one is of OAuth. */
const OAUTH_SHARE = 0.2;
const AT_ONCE = 8;
/** A whole contract is made and ended once in so many requests. */
const FLOW_EACH = process.env['SOAK'] === '1' ? 400 : 200;
const WITHIN_MS = 5000;
/** Tokens are good for ten minutes. */
const RENEW_MS = 4 * 60_000;
const STAR = 'x-localhost-5601.star';

const clause = (id: string, more: Record<string, unknown> = {}): Clause => Clause.parse({ ...CLAUSE, clause_id: id, ...more }); // prettier-ignore
const OFFERED = {
  clauses: [
    clause('posts', { fields: ['content', 'published', 'author', 'id', 'language'] }),
    clause('names', { fields: ['author', 'published'], privileges: ['pseudonymous'] }),
    clause('counts', { actions: ['query'], privileges: ['aggregate'], granularity: { bucket: 'P1D', min_group: 1 } }),
    clause('few', { rate: { per_hour: 20 } }),
    clause('stars', {
      actions: ['read', 'query', 'subscribe', 'append', 'update', 'delete'],
      datatypes: [STAR],
      fields: ['text', 'at'],
    }),
  ],
  datatypes: [
    {
      name: STAR,
      title: 'Stars',
      schema: {
        type: 'object',
        properties: { text: { type: 'string', maxLength: 200 }, at: { type: 'string', format: 'date-time' } },
        required: ['text'],
        additionalProperties: false,
      },
      indexed: ['at'],
    },
  ],
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: DrivenLocker;
let owner: ServiceOwner;
let service: TestService;
let token = '';
let refresh = '';
let grant = '';
let renewed = 0;
let routes: readonly Described[];
/** Parameters that go together. */
const worlds: Record<string, readonly string[]>[] = [];
const stars: string[] = [];
/** Contracts that are over. */
const over: string[] = [];
let answer: Over | undefined;
/** Who asks for contracts; OAuth's nonces are not those of the data routes. */
let asking: TestService;
let port = 5602;
let requestUri = '';

beforeAll(async () => {
  folder = await temporaryFolder();
  const servicePort = await freePort();
  running = await startLocker(folder.path, ['--service-port', String(servicePort)]);
  const notes = Array.from({ length: 300 }, (_, n) =>
    noteJson(`https://town.example/notes/${n}`, `post ${n} <b>about</b> boats & "quotes" 🦊`, {
      published: new Date(Date.UTC(2026, 0, 1) + n * 3_600_000).toISOString(),
    }),
  );
  await running.importFile('notes.json', JSON.stringify(notes));
  owner = ownerOf(running, servicePort);
  const made = await contractFor(running, owner, '127.0.0.1:5601', OFFERED);
  service = made.service;
  ({ access_token: token, refresh_token: refresh, grant_id: grant } = made.tokens);
  renewed = Date.now();
  const document = await plainRequest(
    owner.issuer,
    { method: 'GET', path: '/v1/openapi.json', headers: {} },
    WITHIN_MS,
  );
  routes = describedRoutes(JSON.parse(document.text));
  await fillWorlds();
});
afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function fillWorlds(): Promise<void> {
  const records = Array.from({ length: 20 }, (_, n) => ({ key: `first ${n}`, fields: { text: `star ${n}` } }));
  const added = await service.send('POST', `/v1/records/${STAR}?clause=stars`, token, { records });
  stars.push(...Appended.parse(added.body).items.map(({ id }) => id));
  const base = {
    limit: ['1', '7', '50', '1000'],
    q: ['post', 'boats 12', '"about boats"', 'fox*'],
    bucket: ['PT1H', 'P1D', 'P7D', 'P28D'],
    accept: ['application/json', 'text/event-stream', '*/*'],
    'idempotency-key': ['once', 'twice'],
    'if-match': ['"x"', '*'],
    range: ['bytes=0-10', 'bytes=-5'],
    '/grants/{id} id': [grant],
    '/receipts/{id} id': [grant],
    '/grants/{id}/erasure id': over,
    '/v1/media/{id} id': ['a'.repeat(32)],
  };
  const published = '[{"field":"published","op":"gte","value":"2026-01-03T00:00:00Z"}]';
  for (const name of ['posts', 'names', 'few', 'counts']) {
    const fields = name === 'names' ? ['author', 'published', 'author,published'] : ['content', 'published,content'];
    const page = await service.get(`/v1/records/social.post?clause=${name}&limit=5`, token);
    const { items, next } = RecordList.safeParse(page.body).data ?? { items: [], next: null };
    const changes = await service.get(`/v1/changes?clause=${name}&limit=3`, token);
    const cursor = [next, changes.body['cursor']].filter((one) => typeof one === 'string');
    worlds.push({
      ...base,
      clause: [name],
      datatype: ['social.post'],
      fields,
      filter: [published],
      order: ['published', '-published'],
      by: ['published', 'language'],
      cursor: cursor.length === 0 ? ['x'] : cursor,
      'last-event-id': cursor.length === 0 ? ['x'] : cursor,
      id: items.length === 0 ? ['a'.repeat(32)] : items.map(({ id }) => id),
    });
  }
  worlds.push({
    ...base,
    clause: ['stars'],
    datatype: [STAR],
    fields: ['text', 'at', 'text,at'],
    filter: ['[{"field":"at","op":"lte","value":"2026-05-01T00:00:00Z"}]'],
    order: ['at', '-at'],
    by: ['at'],
    id: stars,
  });
}

/** Bodies that hold, by method and path. */
function bodyFor({ method, path }: Described, random: Random): unknown {
  const fields = {
    text: `star ${random.whole(0, 999)}`,
    ...(random.chance(0.5) ? { at: '2026-02-03T04:05:06Z' } : {}),
  };
  if (path.endsWith('/erasure')) {
    const { clientId } = asking.client;
    return { client_id: clientId, answer: random.chance(0.8) ? answer?.answer : 'a.b.c' };
  }
  if (method === 'PATCH') return { fields };
  return { records: Array.from({ length: random.whole(1, 5) }, () => ({ key: `k${random.whole(0, 5000)}`, fields })) };
}

/** How a request shows who sends it; all but the first must be turned away where a token is asked for. */
const WAYS = ['good', 'nothing', 'bearer', 'made up', 'no proof', 'odd proof', 'other key', 'other method', 'no nonce'] as const; // prettier-ignore

async function authorization(way: (typeof WAYS)[number], sent: Fuzzed): Promise<Record<string, string>> {
  const { method, path } = sent;
  const prove = (more = {}): Promise<string> => service.proof(method, path, token, more);
  switch (way) {
    case 'good':
      return { authorization: `DPoP ${token}`, dpop: await prove() };
    case 'nothing':
      return {};
    case 'bearer':
      return { authorization: `Bearer ${token}`, dpop: await prove() };
    case 'made up':
      return { authorization: `DPoP ${randomBytes(32).toString('base64url')}`, dpop: await prove() };
    case 'no proof':
      return { authorization: `DPoP ${token}` };
    case 'odd proof':
      return { authorization: `DPoP ${token}`, dpop: `${(await prove()).slice(0, -9)}.e30.${'A'.repeat(40)}` };
    case 'other key':
      return { authorization: `DPoP ${token}`, dpop: await prove({ key: await service.newKey() }) };
    case 'other method':
      return { authorization: `DPoP ${token}`, dpop: await prove({ htm: 'PUT' }) };
    case 'no nonce':
      return { authorization: `DPoP ${token}`, dpop: await prove({ nonce: undefined }) };
  }
}

const seen = new Map<string, number>();
function note(name: string, { status }: { readonly status: number }): void {
  const key = `${name} ${status}`;
  seen.set(key, (seen.get(key) ?? 0) + 1);
}

async function send(sent: Fuzzed, about: string): Promise<PlainAnswer> {
  const answer = await plainRequest(owner.issuer, sent, WITHIN_MS).catch((cause: unknown) => {
    throw new Error(`${about}: ${sent.method} ${sent.path.slice(0, 300)}`, { cause });
  });
  const nonce = answer.headers['dpop-nonce'];
  if (typeof nonce === 'string' && sent.path.startsWith('/oauth')) asking.nonce = nonce;
  else if (typeof nonce === 'string') service.nonce = nonce;
  expect(answer.status, `${about}: ${sent.method} ${sent.path.slice(0, 300)}: ${answer.text}`).toBeLessThan(500);
  return answer;
}

async function fuzzRoute(random: Random, about: string): Promise<void> {
  const route = random.pick(routes);
  // Half of all requests hold in every part.
  const breaks = random.chance(0.5) ? 0 : random.pick([0.1, 0.3, 0.6]);
  const world: Known = random.pick(worlds);
  const sent = fuzzedRequest(route, world, () => bodyFor(route, random), random, breaks);
  // The contract is given back when all else is done.
  if (sent.method === 'DELETE' && sent.path.startsWith(`/grants/${grant}`)) return;
  const way = random.chance(0.8) ? 'good' : random.pick(WAYS);
  const headers = { ...sent.headers, ...(await authorization(way, sent)) };
  const answer = await send({ ...sent, headers }, about);
  note(`${route.method} ${route.path}`, answer);
  const told = `${about}: ${sent.method} ${sent.path.slice(0, 300)} ${answer.status} ${answer.text.slice(0, 300)}`;
  // A path that was broken may lead to no route, or to another one.
  const isRouted = route.path.split('/').length === (sent.path.split('?', 1)[0] ?? '').split('/').length;
  if (isRouted) expect(route.misfit(answer), told).toBeNull();
  if (route.isGuarded && way !== 'good') expect(answer.status, told).toBeGreaterThanOrEqual(400);
  if (answer.status === 201) stars.push(...Appended.parse(JSON.parse(answer.text)).items.map(({ id }) => id));
}

/** Route × status class, for people. */
function table(): string {
  const classes = new Map<string, Record<string, number>>();
  for (const [key, count] of seen) {
    const [, name = '', status = ''] = /^(.*) (\d)\d\d$/.exec(key) ?? [];
    const row = classes.get(name) ?? {};
    row[`${status}xx`] = (row[`${status}xx`] ?? 0) + count;
    classes.set(name, row);
  }
  const lines = [...classes].sort().map(([name, row]) => `${name.padEnd(44)} ${JSON.stringify(row)}`);
  return lines.join('\n');
}

const OAUTH = ['/oauth/par', '/oauth/token', '/oauth/revoke', '/oauth/authorize', '/oauth/authorize/x/waiting', '/oauth/authorize/x/waiting/state', '/oauth/pages/page.css', '/grants'] as const; // prettier-ignore
const OauthError = z.looseObject({ error: z.string() });
const ProblemDocument = z.looseObject({ code: z.string(), status: z.int() });

async function fuzzOauth(random: Random, about: string): Promise<void> {
  const path = random.pick(OAUTH);
  const isForm = /par|token|revoke/.test(path);
  const method = random.chance(0.1) ? random.pick(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD']) : isForm ? 'POST' : 'GET'; // prettier-ignore
  const right: Record<string, string> = {
    client_id: asking.client.clientId,
    response_type: 'code',
    redirect_uri: asking.redirectUri,
    state: 'a-state',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
    code_verifier: asking.verifier,
    authorization_details: JSON.stringify(OFFERED.clauses.slice(0, random.whole(1, 4))),
    grant_type: random.pick(['authorization_code', 'refresh_token', 'client_credentials']),
    code: randomBytes(32).toString('base64url'),
    refresh_token: randomBytes(32).toString('base64url'),
    token: randomBytes(32).toString('base64url'),
    request_uri: requestUri,
    ...random.pick([{}, {}, { grant_management_action: 'merge', grant_id: over[0] ?? '' }, { grant_management_action: 'replace', grant_id: grant }]), // prettier-ignore
  };
  const breaks = random.pick([0, 0.1, 0.4]);
  const pairs = Object.entries(right).flatMap(([name, value]): [string, string][] => {
    if (random.chance(breaks)) return [];
    const odd = random.chance(0.5) ? oddText(random) : JSON.stringify(oddJson(random));
    const pair: [string, string] = [name, random.chance(breaks) ? odd.toWellFormed() : value];
    return random.chance(breaks / 4) ? [pair, pair] : [pair];
  });
  const form = new URLSearchParams(pairs).toString();
  const hasBody = isForm && method === 'POST';
  const sent: Fuzzed = {
    method,
    path: hasBody || random.chance(0.3) ? path : `${path}?${form.slice(0, 8000)}`,
    headers: {
      ...(random.chance(0.9) ? { dpop: await asking.proof(method, path, null) } : {}),
      ...(hasBody ? { 'content-type': random.chance(0.95) ? 'application/x-www-form-urlencoded' : 'text/plain' } : {}),
      ...(random.chance(0.1) ? { cookie: `_interaction=${randomBytes(8).toString('hex')}` } : {}),
    },
    ...(hasBody ? { body: random.chance(breaks / 3) ? '%%%&&==' : form } : {}),
  };
  const answer = await send(sent, about);
  note(path, answer);
  if (answer.status === 201)
    requestUri = z.object({ request_uri: z.string() }).parse(JSON.parse(answer.text)).request_uri;
  const [type = ''] = (answer.headers['content-type'] ?? '').split(';', 1);
  if (answer.text === '') return;
  const told = `${about}: ${method} ${path} ${answer.status} ${type} ${answer.text.slice(0, 300)}`;
  if (type === 'application/problem+json') {
    expect(ProblemDocument.parse(JSON.parse(answer.text)).status, told).toBe(answer.status);
  } else if (answer.status >= 400 && type === 'application/json') {
    expect(OauthError.safeParse(JSON.parse(answer.text)).success, told).toBe(true);
  } else expect(type, told).toMatch(/^(?:application\/json|text\/(?:html|css))$/);
}

/**
 * A contract from its request to its end, between the others, by a service that is new: whom the owner said no to may not
 * ask again so soon. The requests that follow are in its name, and there is one more demand to erase to answer.
 */
async function liveOne(seed: number): Promise<void> {
  await denyAll(running);
  asking = await testService(owner, 'local', `127.0.0.1:${port++}`);
  // A datatype of its own would be named after its address.
  const clauses = OFFERED.clauses.filter(({ clause_id: id }) => id !== 'stars');
  await addProgram(running, asking, { clauses });
  answer = await liveThrough({ running, service: asking, clauses, random: createRandom(seed), note });
  over.splice(0, Infinity, answer.grantId);
}

async function renew(): Promise<void> {
  if (Date.now() - renewed < RENEW_MS) return;
  renewed = Date.now();
  const first = await service.refresh(refresh);
  const reply = first.status === 200 ? first : await service.refresh(refresh);
  const kept = z.object({ access_token: z.string(), refresh_token: z.string() }).parse(reply.body);
  ({ access_token: token, refresh_token: refresh } = kept);
  await service.get('/grants/x', token);
}

test(`${REQUESTS} requests, held and broken, to every route`, { timeout: 60_000 + REQUESTS * 100 }, async () => {
  for (let first = 0; first < REQUESTS; first += AT_ONCE) {
    await renew();
    if (first % FLOW_EACH === 0) await liveOne(SEED + first);
    const batch = Array.from({ length: AT_ONCE }, (_, n) => {
      const random = createRandom(SEED + first + n);
      const about = `seed ${SEED + first + n}`;
      return random.chance(OAUTH_SHARE) ? fuzzOauth(random, about) : fuzzRoute(random, about);
    });
    await Promise.all(batch);
  }
  for (const { method, path } of routes) {
    // The locker holds no files yet, and the contract is given back below.
    if (path === '/v1/media/{id}' || (method === 'DELETE' && path === '/grants/{id}')) continue;
    const good = [...seen].filter(([key]) => key.startsWith(`${method} ${path} 2`));
    expect(good, `${method} ${path} never answered: ${JSON.stringify([...seen])}`).not.toEqual([]);
  }
  for (const [name, status] of [
    ['/oauth/par', 201],
    ['/oauth/authorize', 303],
    ['/oauth/token', 200],
    ['/oauth/revoke', 200],
  ] as const)
    // prettier-ignore
    expect(seen.get(`${name} ${status}`) ?? 0, `${name} ${status}: ${JSON.stringify([...seen])}`).toBeGreaterThan(0);
  console.log(table());
  const back = routes.find(({ method, path }) => method === 'DELETE' && path === '/grants/{id}');
  const sent = { method: 'DELETE', path: `/grants/${grant}`, headers: {} };
  // The nonce is news after a pause, so the first try may only tell it.
  await send({ ...sent, headers: await authorization('no nonce', sent) }, 'nonce');
  const answer = await send({ ...sent, headers: await authorization('good', sent) }, 'giving back');
  expect(answer.status).toBe(204);
  expect(back?.misfit(answer)).toBeNull();
  // Nothing that it thought worth a line.
  expect(running.command.errors()).toBe('');
});
