import { setTimeout as delay } from 'node:timers/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { createJsonServer, patienceOf } from './index.ts';

const SHORT_MS = 60;
const JSON_HEADERS = { 'content-type': 'application/json' };

const faults: unknown[] = [];
const signals: AbortSignal[] = [];
let app: FastifyInstance;
let origin: string;

beforeAll(async () => {
  app = createJsonServer({ unrouted: () => new LockerError('not_found'), onFault: (error) => faults.push(error) });
  const short = { config: { deadlineMs: SHORT_MS } };
  for (const method of ['GET', 'POST'] as const) {
    app.route({
      method,
      url: '/never',
      ...short,
      handler: async (request) => {
        signals.push(patienceOf(request));
        return new Promise(() => undefined);
      },
    });
  }
  app.post('/late', short, async () => {
    await delay(2 * SHORT_MS);
    return { late: true };
  });
  app.post('/begun', short, async (_request, reply) => {
    reply.raw.write('{');
    return new Promise(() => undefined);
  });
  app.post('/patient', { config: { deadlineMs: null } }, async (request) => {
    await delay(2 * SHORT_MS);
    return { aborted: patienceOf(request).aborted };
  });
  app.post('/waits', async (request) => {
    signals.push(patienceOf(request));
    return new Promise(() => undefined);
  });
  origin = await app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(async () => {
  await app.close();
  expect(faults).toEqual([]);
});

function post(path: string, signal?: AbortSignal): Promise<Response> {
  return fetch(origin + path, { method: 'POST', headers: JSON_HEADERS, body: '{}', signal: signal ?? null });
}

describe('the deadline of a route', () => {
  test.each(['GET', 'POST'])('ends a %s, its body read or not, and tells the handler', async (method) => {
    const body = method === 'POST' ? { headers: JSON_HEADERS, body: '{}' } : {};
    const answer = await fetch(`${origin}/never`, { method, ...body });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'timeout' });
    expect(signals.at(-1)?.aborted).toBe(true);
  });

  test('holds against a handler that answers later', async () => {
    expect((await post('/late')).status).toBe(503);
    await delay(2 * SHORT_MS);
    expect((await post('/patient')).status).toBe(200);
  });

  test('cuts off an answer that has begun', async () => {
    const answer = await post('/begun');
    await expect(answer.text()).rejects.toThrow();
  });

  test('counts the time that a body takes, and keeps no connection for the rest of it', async () => {
    const { hostname, port } = new URL(origin);
    const slow = connect(Number(port), hostname);
    // Where it is kept, the test must not wait for as long as a server is silent.
    slow.setTimeout(20 * SHORT_MS, () => slow.destroy(new Error('the connection is kept')));
    slow.write('POST /never HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
    expect(await text(slow)).toMatch(/^HTTP\/1\.1 503 .*"code":"timeout"/s);
  });

  test('is none where a route has none, and reading the body is no leaving', async () => {
    expect(await (await post('/patient')).json()).toEqual({ aborted: false });
  });
});

test('a handler is told that its client has left', async () => {
  const leaving = new AbortController();
  const before = signals.length;
  const gone = post('/waits', leaving.signal);
  await vi.waitFor(() => expect(signals.length).toBe(before + 1));
  expect(signals.at(-1)?.aborted).toBe(false);
  leaving.abort();
  await expect(gone).rejects.toThrow();
  await vi.waitFor(() => expect(signals.at(-1)?.aborted).toBe(true));
});
