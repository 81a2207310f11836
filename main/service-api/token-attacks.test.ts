import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CLAUSE, startTestApi, type TestApi } from './testing.ts';
import { expectOauth, expectProblem } from './testing/expect.ts';
import { testService, type Tokens } from './testing/service.ts';

const RECORDS = '/v1/records/social.post?clause=posts';
let api: TestApi;
let clock = 0;

beforeAll(async () => {
  api = await startTestApi(() => Date.now() + clock);
});
afterAll(() => api[Symbol.asyncDispose]());
beforeEach(() => {
  clock = 0;
  api.faults.length = 0;
  api.approvals.bad.length = 0;
});
afterEach(() => expect(api.faults).toEqual([]));

describe('codes and refresh tokens', () => {
  test('a code is used once; the second use ends the tokens, not the contract', async () => {
    const service = await testService(api, 'remote', 'code.example');
    const code = (await service.code()).get('code') ?? '';
    const first = await service.exchange(code);
    expect(first.status).toBe(200);
    const { access_token: token, refresh_token: refresh, grant_id: grant } = first.body as unknown as Tokens;
    expectOauth(await service.exchange(code), 400, 'invalid_grant');
    expectProblem(await service.get(RECORDS, token), 'token_invalid');
    await service.refresh(refresh);
    expectOauth(await service.refresh(refresh), 400, 'invalid_grant');
    expect(await api.approvals.grant(grant)).not.toBeNull();
  });

  test('of two that use a code at the same time at most one gets tokens', async () => {
    const service = await testService(api, 'remote', 'race.example');
    const code = (await service.code()).get('code') ?? '';
    const replies = await Promise.all(Array.from({ length: 5 }, () => service.exchange(code)));
    expect(replies.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  });

  test('a code lasts a minute', async () => {
    const service = await testService(api, 'remote', 'late.example');
    const code = (await service.code()).get('code') ?? '';
    clock = 61_000;
    expectOauth(await service.exchange(code), 400, 'invalid_grant');
  });

  test('an access token lasts ten minutes', async () => {
    const service = await testService(api, 'remote', 'access.example');
    const { access_token: token } = await service.tokens();
    const status = async (): Promise<number> => {
      const iat = Math.floor((Date.now() + clock) / 1000);
      // Its nonce is too old by then.
      await service.get(RECORDS, token, { iat });
      return (await service.get(RECORDS, token, { iat })).status;
    };
    clock = 599_000;
    expect(await status()).toBe(200);
    clock = 601_000;
    expect(await status()).toBe(401);
  });

  test('a refresh token rotates; its reuse ends the family, not the contract', async () => {
    const service = await testService(api, 'remote', 'refresh.example');
    const first = await service.tokens();
    await service.refresh(first.refresh_token);
    const second = (await service.refresh(first.refresh_token)).body as unknown as Tokens;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second).toMatchObject({ grant_id: first.grant_id, token_type: 'DPoP', authorization_details: [CLAUSE] });
    expectOauth(await service.refresh(first.refresh_token), 400, 'invalid_grant');
    expectOauth(await service.refresh(second.refresh_token), 400, 'invalid_grant');
    await service.get(RECORDS, second.access_token);
    expectProblem(await service.get(RECORDS, second.access_token), 'token_invalid');
    expect(await api.approvals.grant(first.grant_id)).not.toBeNull();
  });

  test('a refresh token is bound to its client, and without client keys to its proof key', async () => {
    const service = await testService(api, 'page', 'bound.example');
    const { refresh_token: refresh } = await service.tokens();
    await service.refresh(refresh);
    expectOauth(await service.refresh(refresh, { key: await service.newKey() }), 400, 'invalid_grant');
    const other = await testService(api, 'remote', 'thief.example');
    await other.refresh(refresh);
    expectOauth(await other.refresh(refresh), 400, 'invalid_grant');
    expect((await service.refresh(refresh)).status).toBe(200);
  });

  test('a code is bound to the key, the redirect and the verifier of its request', async () => {
    const service = await testService(api, 'page', 'code-bound.example');
    const code = (await service.code()).get('code') ?? '';
    const changes = [
      { code_verifier: 'v'.repeat(43) },
      { code_verifier: undefined },
      { redirect_uri: 'https://code-bound.example/other' },
      { redirect_uri: undefined },
    ];
    for (const change of changes) {
      const { status, body } = await service.exchange(code, change);
      expect({ status, error: body['error'] }).toEqual({
        status: 400,
        error: 'redirect_uri' in change && change.redirect_uri === undefined ? 'invalid_request' : 'invalid_grant',
      });
    }
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: service.redirectUri,
      code_verifier: service.verifier,
    };
    expectOauth(await service.post('/oauth/token', form, { key: await service.newKey() }), 400, 'invalid_grant');
  });

  test('a new token says what the contract says now', async () => {
    const service = await testService(api, 'remote', 'limited.example');
    const { refresh_token: refresh, grant_id: grant } = await service.tokens();
    api.approvals.setGrant(grant, 'paused');
    await service.refresh(refresh);
    const reply = await service.refresh(refresh);
    expect(reply.status).toBe(200);
    api.approvals.setGrant(grant, null);
    expectOauth(await service.refresh(String(reply.body['refresh_token'])), 400, 'invalid_grant');
  });

  test('nothing that opens anything is readable in the store', async () => {
    const service = await testService(api, 'remote', 'secret.example');
    const { access_token: token, refresh_token: refresh } = await service.tokens();
    const kept = await api.store.read('oauth.find', {
      key: hash('sha256', `AccessToken:${token}`, 'base64url'),
      now: 0,
    });
    expect(kept?.payload).not.toContain(token);
    expect(kept?.payload).not.toContain(refresh);
  });

  test('a service gives a token back', async () => {
    const service = await testService(api, 'remote', 'back.example');
    const { access_token: token, refresh_token: refresh } = await service.tokens();
    expect((await service.post('/oauth/revoke', { token: refresh })).status).toBe(200);
    await service.get(RECORDS, token);
    expectProblem(await service.get(RECORDS, token), 'token_invalid');
  });
});
