/**
 * What a contract costs a service: a gated page of 50 records, its log row committed, against a twin in the same run that
 * also proves and logs, and against Fastify alone; 200 requests a second, alone and while an import runs; appends; growth
 * of the log. `POSTS` sets how many posts lie in the locker.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { Agent, request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { calculateJwkThumbprint } from 'jose';
import { signOffer } from '../main/contracts/index.ts';
import { postsClause } from '../main/contracts/testing.ts';
import { testService, type TestService } from '../main/service-api/testing.ts';
import { AccessRequests } from '../protocol/owner/services.ts';
import { writePostsFile } from './posts-file.ts';
import { importFile, openWholeLocker, percentiles, type WholeLocker } from './whole-locker.ts';

const POSTS = Number(process.env['POSTS'] ?? 100_000);
const IN_FLIGHT = 16;
const WARM_UP = 400;
const REQUESTS = 2000;
const RATE = 200;
const RATE_SECONDS = 10;
const BATCH = 500;
const BATCHES = 20;
const END = Date.UTC(2026, 5, 1);
const PATH = '/v1/records/social.post?clause=posts&limit=50';

const READ = postsClause({ fields: ['id', 'content', 'published', 'author', 'likes', 'boosts', 'replies'] });
const WRITE = postsClause({ clause_id: 'own', actions: ['append'], fields: ['content', 'published'] });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A program on this computer, to which the owner says yes. */
async function admitted(whole: WholeLocker, issuer: string): Promise<{ service: TestService; token: string }> {
  const service = await testService(
    {
      issuer,
      known: () => {},
      async allow(waiting) {
        const { items } = AccessRequests.parse(await whole.call('GET', '/owner/access-requests'));
        const number = items[0]?.numbers?.find((one) => new RegExp(`\\b${one}\\b`).test(waiting.text));
        const decision = { decision: 'allow', number, limits: [] };
        await whole.call('POST', `/owner/access-requests/${items[0]?.id}/decision`, decision);
      },
    },
    'local',
  );
  const { metadata } = service.client;
  const draft = {
    contract_version: '1',
    id: 'http://127.0.0.1:5555/contract',
    version: 1,
    client_id: metadata.client_id,
    controller: { name: 'Benchmark', contact: 'here', jurisdiction: 'DE', address: '' },
    language: 'en',
    datatypes: [],
    clauses: [READ, WRITE],
  };
  const offer = await signOffer(draft, { key: service.clientKey.privateKey, alg: 'EdDSA' });
  await whole.call('POST', '/owner/services', { file: JSON.stringify({ client: metadata, offer }) });
  const tokens = await service.tokens({ authorization_details: JSON.stringify([READ, WRITE]) });
  return { service, token: tokens.access_token };
}

type Headers = Record<string, string>;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** One request; gives how long it took and fails where it was not answered with records. */
async function timed(url: string, headers: Headers, method = 'GET', body?: string): Promise<number> {
  const started = performance.now();
  const sent = request(url, { method, headers, agent });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  if ((response.statusCode ?? 500) >= 300) throw new Error(`${url}: ${response.statusCode} ${text}`);
  return performance.now() - started;
}

/** Proofs are made before the clock runs: a service's own work is no cost of the locker. */
async function proofs(service: TestService, token: string, path: string, count: number): Promise<Headers[]> {
  const made: Headers[] = [];
  for (let index = 0; index < count; index++) {
    made.push({ authorization: `DPoP ${token}`, dpop: await service.proof('GET', path, token) });
  }
  return made;
}

interface Load {
  /** Milliseconds of wall time per request with `IN_FLIGHT` under way. */
  readonly each: number;
  readonly took: number[];
}

async function load(url: string, headers: readonly Headers[]): Promise<Load> {
  const took: number[] = [];
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let one = headers[next++]; one !== undefined; one = headers[next++]) took.push(await timed(url, one));
    }),
  );
  return { each: (performance.now() - started) / headers.length, took };
}

async function startTwin(
  folder: string,
  rows: unknown,
  token: string,
  thumbprint: string,
): Promise<AsyncDisposable & { url: string }> {
  const script = fileURLToPath(new URL('service-twin.ts', import.meta.url));
  const child = spawn(process.execPath, [script, join(folder, 'twin.db'), JSON.stringify(rows), token, thumbprint], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  return {
    url: `http://127.0.0.1:${port.trim()}`,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

/** Sends at a fixed pace, whether or not earlier ones were answered, so that waiting shows. */
async function paced(service: TestService, token: string, url: string, until = (): boolean => true): Promise<number[]> {
  const took: Promise<number>[] = [];
  const started = performance.now();
  for (let sent = 0; sent < RATE * RATE_SECONDS || !until(); sent++) {
    const { pathname, search } = new URL(url);
    const headers = { authorization: `DPoP ${token}`, dpop: await service.proof('GET', pathname + search, token) };
    const wait = started + (sent * 1000) / RATE - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    took.push(timed(url, headers));
  }
  return Promise.all(took);
}

async function appended(service: TestService, token: string): Promise<number> {
  const started = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) {
    const records = Array.from({ length: BATCH }, (_, index) => ({
      key: `${batch}-${index}`,
      fields: {
        content: `<p>Note ${index} of batch ${batch} about the weather</p>`,
        published: '2026-05-01T10:00:00Z',
      },
    }));
    const reply = await service.send('POST', '/v1/records/social.post?clause=own', token, { records });
    if (reply.status >= 300) throw new Error(JSON.stringify(reply.body));
  }
  return (BATCHES * BATCH) / ((performance.now() - started) / 1000);
}

const folder = await mkdtemp(join(tmpdir(), 'locker-bench-'));
try {
  const posts = join(folder, 'posts.json');
  await writePostsFile(posts, POSTS, END);
  const port = await freePort();
  await using whole = await openWholeLocker(join(folder, 'locker'), ['--service-port', String(port)]);
  await importFile(whole, posts);
  const issuer = `http://127.0.0.1:${port}`;
  const { service, token } = await admitted(whole, issuer);
  const page = await service.get(PATH, token);
  const thumbprint = await calculateJwkThumbprint(service.dpop.jwk);
  await using twin = await startTwin(folder, page.body['items'], token, thumbprint);
  const urls = { gated: issuer + PATH, twin: `${twin.url}/twin`, bare: `${twin.url}/bare` };
  const results: Record<string, Load[]> = { gated: [], twin: [], bare: [] };
  for (let round = 0; round < 3; round++) {
    for (const [name, url] of Object.entries(urls)) {
      const path = name === 'gated' ? PATH : `/${name}`;
      await load(url, await proofs(service, token, path, WARM_UP));
      results[name]?.push(await load(url, await proofs(service, token, path, REQUESTS)));
    }
  }
  const best = (name: string): number => Math.min(...(results[name] ?? []).map(({ each }) => each));
  for (const name of Object.keys(urls)) {
    const took = (results[name] ?? []).flatMap((one) => one.took);
    console.log(`${name}: ${best(name).toFixed(2)} ms a request with ${IN_FLIGHT} under way; ${percentiles(took)}`);
  }
  console.log(
    `gated against twin ${(best('gated') / best('twin')).toFixed(2)}×, against bare ${(best('gated') / best('bare')).toFixed(2)}×`,
  );
  const alone = [];
  for (const headers of await proofs(service, token, PATH, 300)) alone.push(await timed(urls.gated, headers));
  console.log(`gated, one at a time: ${percentiles(alone)}`);

  const size = async (): Promise<number> => {
    const { size: main } = await stat(join(folder, 'locker', 'locker.db'));
    return main;
  };
  const before = await size();
  for (let round = 0; round < 5; round++) await load(urls.gated, await proofs(service, token, PATH, REQUESTS));
  await new Promise((resolve) => setTimeout(resolve, 3000));
  console.log(`log: ${Math.round(((await size()) - before) / (5 * REQUESTS))} bytes of the file a request`);

  console.log(`appended: ${Math.round(await appended(service, token))} records/s in batches of ${BATCH}`);

  for (const name of ['gated', 'twin'] as const) {
    console.log(`${RATE} requests/s, ${name}: ${percentiles(await paced(service, token, urls[name]))}`);
  }
  let imported = false;
  const more = join(folder, 'more.json');
  await writePostsFile(more, POSTS, END + 10_000_000_000, 1999);
  const importing = importFile(whole, more).then((seconds) => {
    imported = true;
    return seconds;
  });
  const took = await paced(service, token, urls.gated, () => imported);
  console.log(
    `${RATE} requests/s while an import of ${POSTS} runs: ${percentiles(took)}; the import took ${(await importing).toFixed(1)} s`,
  );
} finally {
  agent.destroy();
  await rm(folder, { recursive: true, force: true });
}
