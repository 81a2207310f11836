import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isErrorCode } from '../../protocol/errors.ts';
import { Problem, ROUTES, type Route, type RouteName } from '../../protocol/owner/routes.ts';
import { openClient } from './owner-client.ts';
import type { Running } from './running.ts';
import { loadSample } from './sample.ts';
import { temporaryFolder } from './testing.ts';
import { runHere } from './testing/run-here.ts';

const PASSPHRASE = 'seven small boats at noon';
const NAMES = Object.keys(ROUTES) as RouteName[];
const MIX = { id: 'm', name: 'Mine', blend: 'rank', window: { maxItems: 100, maxAgeHours: null }, entries: [] };

/** A body that the route's schema takes, about things that aren't there. Absent: `{}`. */
const BODIES: Partial<Record<RouteName, unknown>> = {
  createLocker: { passphrase: PASSPHRASE },
  openSession: { launch: 'a'.repeat(43) },
  recover: { recoveryCode: 'no', passphrase: PASSPHRASE },
  lock: { what: 'screen' },
  changePassphrase: { current: PASSPHRASE, next: 'short' },
  newRecoveryCode: { passphrase: PASSPHRASE },
  feedPosition: { record: '1' },
  saveMix: MIX,
  saveWords: { words: [], hosts: [] },
  makeException: { algorithm: 'no.such', target: 'post', record: '1' },
  makeAct: { act: 'like', record: '1' },
  startImport: { name: 'x' },
  importPath: { path: '/no/such/file' },
  overrideAlgorithm: { run: true },
  lookAtRepository: { address: 'http://127.0.0.1:1' },
  addRepository: { address: 'http://127.0.0.1:1', name: 'R', fingerprint: 'a'.repeat(64) },
  installPackage: { version: '1.0.0', hash: 'a'.repeat(64) },
  addSubscription: { url: 'http://127.0.0.1:1/feed' },
  editRecord: { changes: {} },
  deleteRecords: { ids: ['1'] },
  undoDelete: { undo: 'no' },
  addService: { link: 'https://127.0.0.1/offer' },
  pauseServices: { paused: true },
  blockService: { blocked: true },
  dismissWarnings: { upTo: '2026-01-01T00:00:00Z' },
  previewRequest: { limits: [] },
  decideRequest: { decision: 'deny' },
  previewLimits: { limits: [] },
  setLimits: { limits: [] },
  pauseGrant: { paused: true },
  savePolicy: { rolling: 'P365D' },
  saveSettings: { autoLockMinutes: 30, language: 'en', theme: 'dark', remoteMedia: 'ask', timeZone: 'Mars/Base' },
};

/** Routes that name files of this machine: over the port there are none. */
const LOCAL: ReadonlySet<string> = new Set(['importPath', 'lookAtFolder', 'addFolder']);

const faults: unknown[] = [];
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: Running;
let origin: string;
let token: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  running = await runHere(folder.path, { port: 0 }, faults);
  await running.locker.create(PASSPHRASE);
  await loadSample(running.locker.opened().store, Date.now());
  origin = running.link().origin ?? '';
  token = await newSession();
});

afterAll(async () => {
  await running[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
  expect(faults).toEqual([]);
});

async function newSession(): Promise<string> {
  const response = await fetch(`${origin}/owner/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ launch: running.link().path.split('=')[1] }),
  });
  return ((await response.json()) as { token: string }).token;
}

function pathOf(route: Route, param: string, query = ''): string {
  return route.path.replaceAll(/:[a-z]+/g, encodeURIComponent(param)) + query;
}

interface Sent {
  readonly param?: string;
  readonly query?: string;
  readonly body?: string | undefined;
  readonly type?: string;
  readonly session?: string | null;
}

async function send(route: Route, sent: Sent): Promise<Response> {
  const session = sent.session === undefined ? token : sent.session;
  const query = sent.query ?? (route.query === undefined || route.body !== 'stream' ? '' : '?path=a');
  return fetch(origin + pathOf(route, sent.param ?? 'none', query), {
    method: route.method,
    headers: {
      ...(sent.body === undefined ? {} : { 'content-type': sent.type ?? 'application/json' }),
      ...(session === null ? {} : { authorization: `Bearer ${session}` }),
    },
    ...(sent.body === undefined ? {} : { body: sent.body }),
  });
}

/** The code of a problem document that says no more than it should. */
async function codeOf(response: Response): Promise<string> {
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(JSON.parse(text));
  expect(problem.status).toBe(response.status);
  expect(isErrorCode(problem.code)).toBe(true);
  expect(problem.code).not.toBe('internal');
  expect(text).not.toMatch(/\.ts\b|node:|node_modules|SqliteError|ZodError|SELECT |select /);
  return problem.code;
}

const STRANGE = ['0', '-1', '9'.repeat(16), '9007199254740993', 'x', '%', '../status', 'like:', 'like:x', "1' or 1=1", 'ＡＢ', randomUUID(), 'a'.repeat(100)]; // prettier-ignore

describe.each(NAMES)('%s', (name) => {
  const route: Route = ROUTES[name];
  const good = route.body === undefined || route.body === 'stream' ? undefined : JSON.stringify(BODIES[name] ?? {});

  it.runIf(route.auth === 'owner' && !LOCAL.has(name))('needs a session', async () => {
    expect(await codeOf(await send(route, { session: null, body: good }))).toBe('unauthenticated');
    expect(await codeOf(await send(route, { session: 'b'.repeat(43), body: good }))).toBe('unauthenticated');
  });

  it.runIf(good !== undefined && !LOCAL.has(name))('refuses bodies that are not what it expects', async () => {
    expect(await codeOf(await send(route, { body: good, type: 'text/plain' }))).toBe('unsupported_content_type');
    const wrong = ['', '{', 'null', '[]', '7', '{"nonsense":1}', '{"__proto__":{"a":1}}', `"${'x'.repeat(100)}"`];
    for (const body of wrong) expect(await codeOf(await send(route, { body }))).toBe('bad_request');
    expect(await codeOf(await send(route, { body: JSON.stringify('x'.repeat(1_100_000)) }))).toBe('too_large');
  });

  it.runIf(route.params !== undefined)('answers unknown and strange names with a code', async () => {
    for (const param of STRANGE) {
      const response = await send(route, { param, body: good });
      if (response.status === 200) expect(response.headers.get('content-type')).toMatch(/json/);
      else expect(response.status).toBeLessThan(500);
      if (response.status !== 200) await codeOf(response);
    }
    expect(await codeOf(await send(route, { param: 'a'.repeat(101), body: good }))).toBe('bad_request');
  });

  it.runIf(!LOCAL.has(name))('refuses questions it does not know', async () => {
    expect(await codeOf(await send(route, { query: '?nonsense=1', body: good }))).toBe('bad_request');
  });

  it('never answers with a fault', async () => {
    const response = await send(route, { body: good, ...(name === 'lock' ? { session: await newSession() } : {}) });
    if (response.status !== 200) await codeOf(response);
    if (name === 'lock') token = await newSession();
  });
});

describe('questions about records', () => {
  const bad = ['limit=0', 'limit=201', 'limit=x', 'from=x', 'order=worst', 'datatype=nonsense', `q=${'x'.repeat(501)}`, 'limit=1&limit=2', 'cursor=nonsense', 'cursor=%00', 'run=none', 'from=9007199254740993']; // prettier-ignore
  it.each(bad)('?%s gets an answer or a code', async (query) => {
    const response = await send(ROUTES.records, { query: `?${query}` });
    if (response.status !== 200) await codeOf(response);
    expect(response.status).toBeLessThan(500);
  });

  it.each([
    '"',
    '*',
    'a AND',
    '(',
    'NEAR(',
    '^',
    'col:x',
    '-',
    '\0',
    "'; drop table record; --",
    '日本',
    '𝕏',
    '"unclosed',
    'a*b"c',
  ])('searching for %j is a search', async (q) => {
    const response = await send(ROUTES.records, { query: `?q=${encodeURIComponent(q)}` });
    if (response.status !== 200) expect(await codeOf(response)).toBe('bad_query');
  });
});

describe('the command line’s client', () => {
  it('reads what the screens read', async () => {
    const client = await openClient(running.instance, async () => PASSPHRASE);
    const { total } = await client.call(ROUTES.dataSummary, {});
    expect(total).toBeGreaterThan(5000);
    await expect(client.call(ROUTES.importPath, { body: { path: '/no/such' } })).rejects.toMatchObject({
      code: 'import_path_missing',
    });
  });

  it('opens a locked vault by the passphrase, and slows down a wrong one', async () => {
    await running.locker.lock();
    await expect(openClient(running.instance, async () => 'wrong')).rejects.toMatchObject({ code: 'wrong_passphrase' });
    const client = await openClient(running.instance, async () => PASSPHRASE);
    expect((await client.call(ROUTES.status, {})).state).toBe('open');
  });
});
