import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import type { Answer } from '../contracts/index.ts';
import { answered, refused, startTestApi, type TestApi } from './testing.ts';
import { expectProblem } from './testing/expect.ts';
import { testService, type TestService } from './testing/service.ts';

const ID = 'a'.repeat(32);
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
beforeEach(() => {
  api.access.answer = answered({ items: [], next: null });
});

function lastCall(): { name: string; args: readonly unknown[] } {
  const call = api.access.calls.at(-1);
  if (call === undefined) throw new Error('no call');
  // The first argument is the caller, with a signal of the request.
  return { name: call.name, args: call.args.slice(1) };
}

describe('records', () => {
  it('each route asks the gate under the clause that the request names', async () => {
    const base = '/v1/records/social.post';
    await service.get(`${base}?clause=posts&fields=content,published&limit=7&order=published&q=word`, token);
    expect(lastCall()).toEqual({
      name: 'list',
      args: ['social.post', { clause: 'posts', fields: 'content,published', limit: 7, order: 'published', q: 'word' }],
    });
    expect(api.access.calls.at(-1)?.args[0]).toMatchObject({ grantId: grant, clientId: service.client.clientId });
    await service.get(`${base}/count?clause=posts`, token);
    expect(lastCall()).toEqual({ name: 'count', args: ['social.post', { clause: 'posts' }] });
    await service.get(`${base}/aggregate?clause=posts&bucket=P7D`, token);
    expect(lastCall()).toEqual({
      name: 'aggregate',
      args: ['social.post', { clause: 'posts', bucket: 'P7D', limit: 366 }],
    });
    await service.get(`${base}/${ID}?clause=posts`, token);
    expect(lastCall()).toEqual({ name: 'one', args: ['social.post', ID, { clause: 'posts' }] });
    const own = '/v1/records/x-newcomer.example.note';
    const body = { records: [{ key: 'k', fields: { content: 'hello' } }] };
    api.access.answer = answered({ items: [] }, 201);
    const added = await service.send('POST', `${own}?clause=notes`, token, body, { 'idempotency-key': 'once' });
    expect(added.status).toBe(201);
    expect(lastCall()).toEqual({ name: 'append', args: ['x-newcomer.example.note', 'notes', body, 'once'] });
    const change = { fields: { content: null } };
    await service.send('PATCH', `${own}/${ID}?clause=notes`, token, change, { 'if-match': '"e"' });
    expect(lastCall()).toEqual({ name: 'update', args: ['x-newcomer.example.note', ID, 'notes', change, '"e"'] });
    api.access.answer = answered(null, 204);
    expect((await service.send('DELETE', `${own}/${ID}?clause=notes`, token, undefined)).status).toBe(204);
    expect(lastCall()).toEqual({ name: 'remove', args: ['x-newcomer.example.note', ID, 'notes', null] });
    await service.get('/v1/changes?clause=posts', token);
    expect(lastCall()).toEqual({ name: 'changes', args: [{ clause: 'posts', limit: 200 }] });
  });

  it('are sent byte for byte, with revision, rate and ETag', async () => {
    const json = '{"items":[ ],   "next":null}';
    api.access.answer = { ...answered({}), json } as Answer;
    const response = await fetch(`${api.issuer}/v1/records/social.post?clause=posts`, {
      headers: {
        authorization: `DPoP ${token}`,
        dpop: await service.proof('GET', '/v1/records/social.post', token),
      },
    });
    expect(await response.text()).toBe(json);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      etag: '"digest"',
      'grant-revision': '3',
      ratelimit: '"clause";r=99;t=60',
      'ratelimit-policy': '"clause";q=100',
    });
  });

  it('a service whose body was read has not gone, one that leaves has', async () => {
    const held = Promise.withResolvers<AbortSignal>();
    const go = Promise.withResolvers<void>();
    const update = vi.spyOn(api.access, 'update').mockImplementation(async ({ signal }) => {
      held.resolve(signal);
      await go.promise;
      return answered(null, 204);
    });
    const path = `/v1/records/x-newcomer.example.note/${ID}?clause=notes`;
    const change = { fields: { content: null } };
    const reply = service.send('PATCH', path, token, change);
    const signal = await held.promise;
    // Another request, there and back: what the end of the body sets off has happened by then.
    await service.get('/v1/changes?clause=posts', token);
    expect(signal.aborted).toBe(false);
    go.resolve();
    expect((await reply).status).toBe(204);

    const left = Promise.withResolvers<AbortSignal>();
    update.mockImplementation(({ signal: other }) => {
      left.resolve(other);
      return new Promise(() => undefined);
    });
    const leaving = new AbortController();
    const gone = fetch(api.issuer + path, {
      method: 'PATCH',
      headers: {
        authorization: `DPoP ${token}`,
        dpop: await service.proof('PATCH', path, token),
        'content-type': 'application/json',
      },
      body: JSON.stringify(change),
      signal: leaving.signal,
    });
    const other = await left.promise;
    leaving.abort();
    await expect(gone).rejects.toThrow();
    await vi.waitFor(() => expect(other.aborted).toBe(true));
    update.mockRestore();
  });

  it('that have not changed are not sent again, but asked for', async () => {
    const before = api.access.calls.length;
    const path = '/v1/records/social.post?clause=posts';
    for (const header of ['"digest"', '"other", "digest"', 'W/"digest"', '*']) {
      const reply = await service.get(path, token, { headers: { 'if-none-match': header } });
      expect(reply.status).toBe(304);
      expect(reply.body['text']).toBe('');
    }
    expect((await service.get(path, token, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    expect(api.access.calls.length).toBe(before + 5);
  });

  it('refusals keep what goes with them', async () => {
    api.access.answer = refused(new LockerError('rate_exceeded'), 30);
    const reply = await service.get('/v1/records/social.post?clause=posts', token);
    expectProblem(reply, 'rate_exceeded');
    expect(reply.headers.get('retry-after')).toBe('30');
    expect(reply.headers.get('grant-revision')).toBe('3');
  });

  it('that never came to the gate are written down where the token held', async () => {
    const noted = (): unknown[] =>
      api.access.calls.flatMap(({ name, args }) => {
        const [caller, asked, error] = args as [{ grantId: string }, object, LockerError];
        return name === 'noteRefused' ? [[caller.grantId, asked, error.code]] : [];
      });
    const before = noted().length;
    const own = '/v1/records/x-newcomer.example.note';
    await service.get(`${own}?clause=notes&limit=none`, token);
    await service.get('/v1/records/odd?clause=posts&clause=others', token);
    await service.send('POST', `${own}?clause=notes`, token, { records: 'x'.repeat(1_100_000) });
    await service.get('/grants/odd', token);
    await service.get(`/grants/${'A'.repeat(22)}`, token);
    // Without a token that holds it is nobody's.
    await service.get(`${own}?clause=notes&limit=none`, 'A'.repeat(43));
    const [named, nothing] = [
      { clause: 'notes', datatype: 'x-newcomer.example.note' },
      { clause: null, datatype: null },
    ];
    expect(noted().slice(before)).toEqual([
      [grant, { action: 'query', ...named }, 'bad_request'],
      [grant, { action: 'query', ...nothing }, 'bad_request'],
      [grant, { action: 'append', ...named }, 'too_large'],
      [grant, { action: 'grant', ...nothing }, 'bad_request'],
      [grant, { action: 'grant', ...nothing }, 'grant_not_found'],
    ]);
    // What the gate refuses it writes down itself.
    api.access.answer = refused(new LockerError('field_not_granted'));
    expectProblem(await service.get(`${own}?clause=notes`, token), 'field_not_granted');
    expect(noted().length).toBe(before + 5);
  });

  it('are compressed where the service reads it and it is worth it', async () => {
    const value = { items: Array.from({ length: 200 }, () => ({ id: ID, fields: {} })), next: null };
    api.access.answer = answered(value);
    const ask = async (codings: string): Promise<{ coding: string | undefined; body: Buffer }> => {
      const path = '/v1/records/social.post?clause=posts';
      const headers = {
        authorization: `DPoP ${token}`,
        dpop: await service.proof('GET', path, token),
        'accept-encoding': codings,
      };
      const outgoing = request(api.issuer + path, { headers, agent: false }).end();
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      return { coding: incoming.headers['content-encoding'], body: Buffer.concat(chunks) };
    };
    const brotli = await ask('gzip, br');
    expect(brotli.coding).toBe('br');
    expect(JSON.parse(brotliDecompressSync(brotli.body).toString())).toEqual(value);
    const gzip = await ask('gzip;q=1.0, br;q=0');
    expect(gzip.coding).toBe('gzip');
    expect(JSON.parse(gunzipSync(gzip.body).toString())).toEqual(value);
    expect((await ask('identity')).coding).toBeUndefined();
    api.access.answer = answered({ items: [], next: null });
    expect((await ask('gzip, br')).coding).toBeUndefined();
  });

  it('a contract is read and given back by its own path', async () => {
    expect((await service.get(`/grants/${grant}`, token)).body).toMatchObject({ grant_id: grant });
    const mine = await testService(api, 'remote', 'leaving.example');
    const tokens = await mine.tokens();
    expect((await mine.send('DELETE', `/grants/${tokens.grant_id}`, tokens.access_token, undefined)).status).toBe(204);
    expect(api.access.calls.at(-1)).toMatchObject({ name: 'giveBack', args: [{ grantId: tokens.grant_id }] });
  });
});

describe('the answer to the demand to erase', () => {
  it('needs no token: the contract is over, and its signature speaks', async () => {
    const send = (body: unknown): Promise<Response> =>
      fetch(`${api.issuer}/grants/${grant}/erasure`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const answer = { client_id: service.client.clientId, answer: 'a.signed.answer' };
    expect((await send(answer)).status).toBe(204);
    expect(api.erasures).toEqual([[service.client.clientId, grant, 'a.signed.answer']]);
    expect((await send({ ...answer, more: 1 })).status).toBe(400);
    expect((await send({ ...answer, client_id: 'someone' })).status).toBe(400);
  });
});

describe('media', () => {
  const bytes = Buffer.from('0123456789');

  beforeAll(() => {
    api.access.media_ = {
      kind: 'answered',
      mediaType: 'image/png',
      size: bytes.length,
      etag: '"m"',
      revision: 3,
      rate: null,
      async *read(from, to) {
        yield bytes.subarray(from, to + 1);
      },
    };
  });

  const path = `/v1/media/${ID}?clause=posts`;

  it('comes whole, or a part of it', async () => {
    const whole = await service.get(path, token);
    expect(whole).toMatchObject({ status: 200, body: { text: '0123456789' } });
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      'content-type': 'image/png',
      'content-length': '10',
      'content-disposition': 'attachment',
      etag: '"m"',
    });
    const part = await service.get(path, token, { headers: { range: 'bytes=2-4' } });
    expect(part).toMatchObject({ status: 206, body: { text: '234' } });
    expect(part.headers.get('content-range')).toBe('bytes 2-4/10');
    const beyond = await service.get(path, token, { headers: { range: 'bytes=10-' } });
    expectProblem(beyond, 'range_invalid');
    expect(beyond.headers.get('content-range')).toBe('bytes */10');
  });

  it('is the same file throughout, or comes anew', async () => {
    const range = 'bytes=2-4';
    expect((await service.get(path, token, { headers: { range, 'if-range': '"m"' } })).status).toBe(206);
    expect((await service.get(path, token, { headers: { range, 'if-range': '"old"' } })).status).toBe(200);
    expect((await service.get(path, token, { headers: { 'if-none-match': '"m"' } })).status).toBe(304);
  });

  it('that the gate refuses has no bytes', async () => {
    api.access.media_ = refused(new LockerError('not_found'));
    expectProblem(await service.get(path, token), 'not_found');
  });
});
