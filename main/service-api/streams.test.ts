import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { answered, refused, startTestApi, type TestApi } from './testing.ts';
import { testService, type TestService } from './testing/service.ts';

let api: TestApi;
let service: TestService;
let token = '';
let grant = '';

beforeAll(async () => {
  api = await startTestApi();
  service = await testService(api);
  ({ access_token: token, grant_id: grant } = await service.tokens());
});
afterAll(() => api[Symbol.asyncDispose]());

function lastCall(): { name: string; args: readonly unknown[] } {
  const call = api.access.calls.at(-1);
  if (call === undefined) throw new Error('no call');
  // The first argument is the caller, with a signal of the request.
  return { name: call.name, args: call.args.slice(1) };
}

describe('a stream of changes', () => {
  async function open(more: Record<string, string> = {}, query = ''): Promise<Response> {
    return fetch(`${api.issuer}/v1/changes?clause=posts${query}`, {
      headers: {
        authorization: `DPoP ${token}`,
        dpop: await service.proof('GET', '/v1/changes', token),
        accept: 'text/event-stream',
        ...more,
      },
    });
  }

  it('hands on pages as they come, each with the cursor to go on from, and ends with them', async () => {
    const go = Promise.withResolvers<void>();
    api.access.pages = async function* () {
      yield answered({ changes: [], cursor: 'c1', more: false });
      await go.promise;
      yield answered({ changes: [], cursor: 'c2', more: false });
      yield refused(new LockerError('paused'));
    };
    const response = await open();
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('grant-revision')).toBe('3');
    const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('c1')) text += (await reader.read()).value ?? '';
    expect(text).not.toContain('c2');
    go.resolve();
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
    expect(text.split('\n\n').filter((event) => !event.startsWith(':'))).toEqual([
      'id: c1\nevent: changes\ndata: {"changes":[],"cursor":"c1","more":false}',
      'id: c2\nevent: changes\ndata: {"changes":[],"cursor":"c2","more":false}',
      expect.stringMatching(/^event: end\ndata: \{.*"code":"paused".*\}$/) as string,
      '',
    ]);
  });

  it('opens before anything has changed', async () => {
    api.access.pages = async function* (signal) {
      await once(signal, 'abort');
      yield answered({});
    };
    const leave = new AbortController();
    const response = await fetch(`${api.issuer}/v1/changes?clause=posts`, {
      signal: leave.signal,
      headers: {
        authorization: `DPoP ${token}`,
        dpop: await service.proof('GET', '/v1/changes', token),
        accept: 'text/event-stream',
      },
    });
    expect(response.status).toBe(200);
    leave.abort();
  });

  it('ends at its source when the service leaves', async () => {
    const left = Promise.withResolvers<void>();
    api.access.pages = async function* (signal) {
      yield answered({ cursor: 'c' });
      await once(signal, 'abort');
      left.resolve();
    };
    const response = await open();
    await response.body?.cancel();
    await left.promise;
  });

  it('is cut when it is over, also for a service that reads nothing', async () => {
    const page = answered({ changes: 'x'.repeat(1024 * 1024), cursor: 'c', more: true });
    api.access.pages = async function* () {
      for (;;) yield page;
    };
    const outgoing = request(`${api.issuer}/v1/changes?clause=posts`, {
      agent: false,
      headers: {
        authorization: `DPoP ${token}`,
        dpop: await service.proof('GET', '/v1/changes', token),
        accept: 'text/event-stream',
      },
    }).end();
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const closed = new Promise((resolve) => incoming.on('error', () => {}).once('close', resolve));
    await once(incoming, 'readable');
    const begun = performance.now();
    api.access.over.abort();
    incoming.resume();
    await closed;
    expect(incoming.complete).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1000);
  });

  it('has only so many of its kind, until one of them is over', async () => {
    api.access.pages = async function* (signal) {
      await once(signal, 'abort');
      yield answered({});
    };
    const streams: { response: Response; leave: AbortController }[] = [];
    const openOne = async (): Promise<Response> => {
      const leave = new AbortController();
      const path = '/v1/changes?clause=posts';
      const headers = { authorization: `DPoP ${token}`, dpop: await service.proof('GET', path, token) };
      const response = await fetch(api.issuer + path, {
        headers: { ...headers, accept: 'text/event-stream' },
        signal: leave.signal,
      });
      streams.push({ response, leave });
      return response;
    };
    await Promise.all(Array.from({ length: 64 }, openOne));
    expect(streams.map(({ response }) => response.status)).toEqual(Array.from({ length: 64 }, () => 200));
    const more = await openOne();
    expect(more.status).toBe(429);
    expect(await more.json()).toMatchObject({ code: 'too_many_streams' });
    expect(api.access.calls.at(-1)).toMatchObject({ name: 'noteRefused', args: [{ grantId: grant }, { clause: 'posts' }, { code: 'too_many_streams' }] }); // prettier-ignore
    streams[0]?.leave.abort();
    await vi.waitFor(async () => expect((await openOne()).status).toBe(200));
    for (const { leave } of streams) leave.abort();
  });

  it('goes on from the last event, and from the cursor rather', async () => {
    api.access.pages = async function* () {};
    await (await open({ 'last-event-id': 'c7' })).text();
    expect(lastCall()).toEqual({ name: 'watch', args: [{ clause: 'posts', limit: 200, cursor: 'c7' }] });
    await (await open({ 'last-event-id': 'c7' }, '&cursor=c9')).text();
    expect(lastCall()).toEqual({ name: 'watch', args: [{ clause: 'posts', limit: 200, cursor: 'c9' }] });
  });

  it('that the contract does not cover is an ordinary refusal', async () => {
    api.access.pages = async function* () {
      yield refused(new LockerError('action_not_granted'));
    };
    const response = await open();
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'action_not_granted' });
  });
});
