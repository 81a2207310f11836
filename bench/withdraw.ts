/**
 * From the owner's order to withdraw until the last byte of each open stream of changes, while records are written that
 * the streams tell of: 50 streams of one contract, and 50 streams of ten contracts that are withdrawn at the same moment.
 * `ROUNDS` sets how often.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { postsClause } from '../main/contracts/testing.ts';
import type { TestService } from '../main/service-api/testing.ts';
import { ROUTES } from '../protocol/owner/routes.ts';
import { openStream, type ChangeStream } from '../tests/api/change-stream.ts';
import { startLocker, type DrivenLocker } from '../tests/api/driven-locker.ts';
import { contractFor, freePort, ownerOf } from '../tests/api/service-locker.ts';
import { percentiles } from './whole-locker.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 20);
const STREAMS = 50;
const SERVICES = 10;
const BATCH = 20;
/** Between two batches. */
const PAUSE_MS = 20;

const READ = postsClause({ fields: ['id', 'content', 'published'], actions: ['read', 'query', 'subscribe'] });
const WRITE = postsClause({ clause_id: 'own', actions: ['append'], fields: ['content', 'published', 'visibility'] });

interface Contract {
  readonly service: TestService;
  token: string;
  grant: string;
}

async function contracts(running: DrivenLocker, port: number, count: number): Promise<Contract[]> {
  const owner = ownerOf(running, port);
  const made: Contract[] = [];
  for (let index = 0; index < count; index++) {
    const offered = { clauses: index === 0 ? [READ, WRITE] : [READ] };
    const { service, tokens } = await contractFor(running, owner, `127.0.0.1:${7300 + index}`, offered);
    made.push({ service, token: tokens.access_token, grant: tokens.grant_id });
  }
  return made;
}

async function renewed(contract: Contract): Promise<void> {
  // What was written for earlier rounds is not told again.
  const since = new Date().toISOString();
  const asked = [{ ...READ, window: { since } }];
  const tokens = await contract.service.tokens({ authorization_details: JSON.stringify(asked) });
  contract.token = tokens.access_token;
  contract.grant = tokens.grant_id;
}

/** Appends posts until told to stop; gives how many. */
async function writeOn({ service, token }: Contract, until: AbortSignal): Promise<number> {
  let written = 0;
  while (!until.aborted) {
    const records = Array.from({ length: BATCH }, (_, index) => ({
      key: `${written + index}-${Date.now()}`,
      fields: {
        content: `<p>Note ${written + index} about the weather</p>`,
        published: new Date().toISOString(),
        visibility: 'public',
      },
    }));
    const reply = await service.send('POST', '/v1/records/social.post?clause=own', token, { records });
    if (reply.status >= 300) throw new Error(JSON.stringify(reply.body));
    written += BATCH;
    await delay(PAUSE_MS);
  }
  return written;
}

interface Took {
  readonly lastByte: number[];
  readonly end: number[];
  written: number;
  ms: number;
}

/** Opens the streams, lets them run, withdraws all contracts at once and waits for the end of every stream. */
async function round(
  running: DrivenLocker,
  issuer: string,
  streaming: Contract[],
  writer: Contract,
  took: Took,
): Promise<void> {
  for (const contract of streaming) await renewed(contract);
  const stop = new AbortController();
  const began = performance.now();
  const writing = writeOn(writer, stop.signal);
  const streams: ChangeStream[] = [];
  for (let index = 0; index < STREAMS; index++) {
    const { service, token } = streaming[index % streaming.length] ?? writer;
    const stream = await openStream(issuer, service, token, 'posts');
    if (stream.status !== 200) throw new Error(`a stream was answered with ${stream.status}`);
    streams.push(stream);
  }
  // Each tells of what is written while it is open.
  const before = streams.map(({ changes }) => changes());
  while (streams.some(({ changes }, index) => changes() <= (before[index] ?? 0))) await delay(10);
  await delay(Math.random() * 200);
  const sent = performance.now();
  const orders = streaming.map(({ grant: id }) => running.call(ROUTES.withdrawGrant, { params: { id } }));
  for (const { lastByte, end } of await Promise.all(streams.map(({ over }) => over))) {
    // Of some the last byte came before the order.
    took.lastByte.push(Math.max(0, lastByte - sent));
    took.end.push(end - sent);
  }
  await Promise.all(orders);
  stop.abort();
  took.written += await writing;
  took.ms += performance.now() - began;
}

const folder = await mkdtemp(join(tmpdir(), 'locker-bench-'));
try {
  for (const [name, services] of [
    ['one contract', 1],
    [`${SERVICES} contracts`, SERVICES],
  ] as const) {
    const port = await freePort();
    await using running = await startLocker(join(folder, name.replace(' ', '-')), ['--service-port', String(port)]);
    const [writer, ...streaming] = await contracts(running, port, services + 1);
    if (writer === undefined) throw new Error('no service');
    const took: Took = { lastByte: [], end: [], written: 0, ms: 0 };
    for (let each = 0; each < ROUNDS; each++) {
      // The writer's tokens are good for ten minutes, its contract stays.
      await round(running, `http://127.0.0.1:${port}`, streaming, writer, took);
    }
    const rate = Math.round((took.written * 1000) / took.ms);
    console.log(
      `${STREAMS} streams of ${name}, ${ROUNDS} times, ${rate} records/s written meanwhile: last byte ${percentiles(took.lastByte)}, at most ${Math.max(...took.lastByte).toFixed(1)} ms; connection over ${percentiles(took.end)}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
