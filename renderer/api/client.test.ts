import { describe, expect, test } from 'vitest';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { addressOf, createClient, type ClientPowers } from './client.ts';
import { ApiError, sayError, titleOf } from './problem.ts';

interface Sent {
  url: string;
  init: RequestInit;
}

function clientOver(answer: () => Response | Promise<Response>, token: string | null = 'secret') {
  const sent: Sent[] = [];
  let ended = 0;
  const powers: ClientPowers = {
    fetch: async (url, init) => {
      sent.push({ url: typeof url === 'string' ? url : '', init: init ?? {} });
      init?.signal?.throwIfAborted();
      return answer();
    },
    token: () => token,
    onUnauthenticated: () => {
      ended += 1;
    },
  };
  return { client: createClient(powers), sent, ended: () => ended };
}

const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });
const problem = (status: number, code: string): Response =>
  json({ type: 'about:blank', title: titleOf(code), status, code }, status);

describe('addresses', () => {
  test('params are escaped and absent query members left out', () => {
    const address = addressOf(ROUTES.feedWhy, { params: { id: 'a/b?c', record: '12' } });
    expect(address).toBe('/owner/feeds/a%2Fb%3Fc/why/12');
    expect(addressOf(ROUTES.records, { query: { q: 'tea & milk', source: undefined, limit: 5 } })).toBe(
      '/owner/records?q=tea+%26+milk&limit=5',
    );
  });
});

describe('calls', () => {
  test('send the token, no cookies, and JSON; the answer is parsed', async () => {
    const { client, sent } = clientOver(() => json({ done: true }));
    await expect(client.call(ROUTES.lock, { body: { what: 'screen' } })).resolves.toEqual({ done: true });
    const { url, init } = sent[0]!;
    const headers = new Headers(init.headers);
    expect(url).toBe('/owner/lock');
    expect(init.method).toBe('POST');
    expect(init.credentials).toBe('omit');
    expect(headers.get('authorization')).toBe('Bearer secret');
    expect(headers.get('content-type')).toBe('application/json');
    expect(init.body).toBe('{"what":"screen"}');
  });

  test('before a session exists no token is sent', async () => {
    const { client, sent } = clientOver(() => json({ token: 't', idleMinutes: 30 }));
    await client.call(ROUTES.openSession, { body: { passphrase: 'x' } });
    expect(new Headers(sent[0]!.init.headers).has('authorization')).toBe(false);
  });

  test('a route with an empty body still sends one', async () => {
    const { client, sent } = clientOver(() => json({ upload: 'u' }));
    await client.call(ROUTES.beginUpload, {});
    expect(sent[0]!.init.body).toBe('{}');
  });

  test('an answer of another shape is an error, not a value', async () => {
    const { client } = clientOver(() => json({ count: 'three' }));
    await expect(client.call(ROUTES.feedNew, { params: { id: 'f' } })).rejects.toMatchObject({ code: 'unreadable' });
  });

  test('problem documents become their title', async () => {
    const { client, ended } = clientOver(() => problem(404, 'feed_not_found'));
    const error: unknown = await client.call(ROUTES.feedNew, { params: { id: 'f' } }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ApiError);
    expect(sayError(error)).toBe(titleOf('feed_not_found'));
    expect(ended()).toBe(0);
  });

  test('an error without a problem document says something readable', async () => {
    const { client } = clientOver(() => new Response('<html>', { status: 502 }));
    await expect(client.call(ROUTES.getMix, {})).rejects.toThrow(titleOf('internal'));
  });

  test('a missing session is told, a wrong secret is not', async () => {
    const gone = clientOver(() => problem(401, 'unauthenticated'));
    await expect(gone.client.call(ROUTES.getMix, {})).rejects.toMatchObject({ status: 401 });
    expect(gone.ended()).toBe(1);
    const wrong = clientOver(() => problem(401, 'wrong_passphrase'));
    const body = { current: 'a', next: 'b' };
    await expect(wrong.client.call(ROUTES.changePassphrase, { body })).rejects.toMatchObject({ status: 401 });
    expect(wrong.ended()).toBe(0);
  });

  test('no answer at all is unreachable; giving up is an abort', async () => {
    const { client } = clientOver(() => Promise.reject(new TypeError('network')));
    await expect(client.call(ROUTES.status, {})).rejects.toMatchObject({ code: 'unreachable' });
    const stop = AbortSignal.abort();
    await expect(client.call(ROUTES.status, {}, { signal: stop })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('streams', () => {
  const run = {
    id: 'r',
    name: 'a.zip',
    state: 'running',
    startedAt: 1,
    endedAt: null,
    progress: 0.5,
    leftMs: null,
    problem: null,
    report: {
      kind: 'unknown',
      files: 0,
      added: 0,
      changed: 0,
      unchanged: 0,
      deletedByYou: 0,
      byDatatype: {},
      skipped: [],
      unknownFields: [],
      subscriptions: 0,
    },
  };

  test('lines come as they arrive, also when cut in the middle of a character', async () => {
    const bytes = new TextEncoder().encode(
      `${JSON.stringify({ ...run, name: 'ü.zip' })}\n\n${JSON.stringify({ ...run, state: 'done' })}\n{"half`,
    );
    const cut = bytes.indexOf(0xc3) + 1;
    const { client } = clientOver(
      () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue(bytes.slice(0, cut));
              controller.enqueue(bytes.slice(cut));
              controller.close();
            },
          }),
        ),
    );
    const seen: string[] = [];
    for await (const line of client.lines(ROUTES.importProgress, { params: { id: 'r' } }))
      seen.push(`${line.name} ${line.state}`);
    expect(seen).toEqual(['ü.zip running', 'a.zip done']);
  });

  test('leaving the loop ends the request', async () => {
    let cancelled = false;
    const { client, sent } = clientOver(
      () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              controller.enqueue(new TextEncoder().encode(`${JSON.stringify(run)}\n`));
            },
            cancel() {
              cancelled = true;
            },
          }),
        ),
    );
    for await (const line of client.lines(ROUTES.importProgress, { params: { id: 'r' } })) {
      expect(line.id).toBe('r');
      break;
    }
    expect(cancelled).toBe(true);
    expect(sent[0]!.init.signal?.aborted).toBe(true);
  });
});
