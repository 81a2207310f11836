import { hash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';
import { expectOauth, expectProblem } from './testing/expect.ts';
import { testService, type TestService, type Tokens } from './testing/service.ts';

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

describe('data routes', () => {
  let service: TestService;
  let tokens: Tokens;
  let token = '';

  beforeAll(async () => {
    service = await testService(api);
    tokens = await service.tokens();
    token = tokens.access_token;
  });

  test('a token that is held and proved is taken', async () => {
    expect((await service.get(RECORDS, token)).status).toBe(200);
    expect(api.approvals.good).toContain(service.client.clientId);
  });

  test('acceptance 4: a stolen token without its key', async () => {
    const thief = await service.newKey();
    expectProblem(await service.get(RECORDS, token, { key: thief }), 'proof_invalid', 'key');
    const bare = await fetch(api.issuer + RECORDS, { headers: { authorization: `DPoP ${token}` } });
    expect(bare.status).toBe(401);
    expect(bare.headers.get('www-authenticate')).toContain('error="invalid_dpop_proof"');
    const bearer = await fetch(api.issuer + RECORDS, { headers: { authorization: `Bearer ${token}` } });
    expect(bearer.status).toBe(401);
    expect(api.approvals.bad.filter(({ clientId }) => clientId === service.client.clientId)).toHaveLength(2);
  });

  test('acceptance 5: a replayed jti', async () => {
    const jti = randomBytes(8).toString('hex');
    expect((await service.get(RECORDS, token, { jti })).status).toBe(200);
    expectProblem(await service.get(RECORDS, token, { jti }), 'proof_invalid', 'jti');
    const again = await Promise.all(
      Array.from({ length: 10 }, () => service.get(RECORDS, token, { jti: 'at the same time' })),
    );
    expect(again.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('a wrong htu', async () => {
    for (const htu of [
      `${api.issuer}/v1/records/social.message`,
      `${api.issuer}/v1/records/social.post/`,
      'https://newcomer.example/v1/records/social.post',
      `http://localhost:${api.port}/v1/records/social.post`,
      `https://127.0.0.1:${api.port}/v1/records/social.post`,
      'social.post',
      '',
    ]) {
      expectProblem(await service.get(RECORDS, token, { htu }), 'proof_invalid', 'htu');
    }
    // RFC 9449, 4.3: query and fragment are left out of the comparison.
    expect((await service.get(RECORDS, token, { htu: `${api.issuer}${RECORDS}#x` })).status).toBe(200);
  });

  test('a wrong htm', async () => {
    for (const htm of ['POST', 'get', '']) {
      expectProblem(await service.get(RECORDS, token, { htm }), 'proof_invalid', 'htm');
    }
  });

  test('a wrong ath', async () => {
    for (const ath of [hash('sha256', 'another token', 'base64url'), token, '']) {
      expectProblem(await service.get(RECORDS, token, { ath }), 'proof_invalid', 'ath');
    }
  });

  test('an old nonce, none, and one that is made up', async () => {
    const old = service.nonce;
    for (const nonce of [undefined, 'made up', '']) {
      const reply = await service.get(RECORDS, token, { nonce });
      expectProblem(reply, 'proof_invalid', 'nonce');
      expect(reply.headers.get('www-authenticate')).toContain('error="use_dpop_nonce"');
      expect(reply.headers.get('dpop-nonce')).toMatch(/^[\w-]{43}$/);
    }
    clock = 60_000;
    const still = await service.get(RECORDS, token, { nonce: old });
    expect(still.status).toBe(200);
    // Taken, and a newer one told.
    expect(still.headers.get('dpop-nonce')).not.toBe(old);
    clock = 4 * 60_000;
    expectProblem(await service.get(RECORDS, token, { nonce: old }), 'proof_invalid', 'nonce');
    // An honest exchange is not held against the service.
    expect(api.approvals.bad).toEqual([]);
  });

  test('a proof from a clock that is far off, of another type, or with a private key in it', async () => {
    await service.get(RECORDS, token, { nonce: undefined });
    const seconds = Math.floor(Date.now() / 1000);
    for (const iat of [seconds - 400, seconds + 400]) {
      expectProblem(await service.get(RECORDS, token, { iat }), 'proof_invalid', 'iat');
    }
    expectProblem(await service.get(RECORDS, token, { typ: 'JWT' }), 'proof_invalid', 'proof');
    const key = { ...service.dpop, jwk: { ...service.dpop.jwk, d: 'AAAA' } };
    expectProblem(await service.get(RECORDS, token, { key }), 'proof_invalid', 'proof');
    expectProblem(await service.get(RECORDS, token, { headers: { dpop: 'x'.repeat(5000) } }), 'proof_invalid', 'proof');
  });

  test('a made-up token, and one that is over', async () => {
    const made = await service.get(RECORDS, randomBytes(32).toString('base64url'));
    expectProblem(made, 'token_invalid');
    expect(made.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(made.headers.get('www-authenticate')).toContain(
      `resource_metadata="${api.issuer}/.well-known/oauth-protected-resource"`,
    );
    expectProblem(await service.get(RECORDS, tokens.refresh_token), 'token_invalid');
    clock = 601_000;
    expectProblem(await service.get(RECORDS, token, { nonce: undefined }), 'token_invalid');
    expect(api.approvals.bad.map(({ clientId }) => clientId)).toEqual([null, null, null]);
  });

  test('a contract that is over, while its token is not', async () => {
    const mine = await testService(api, 'remote', 'over.example');
    const { access_token: other, grant_id: grant } = await mine.tokens();
    expect((await mine.get(RECORDS, other)).status).toBe(200);
    api.approvals.setGrant(grant, null);
    expectProblem(await mine.get(RECORDS, other), 'grant_over');
  });

  test('a withdrawal takes the tokens with it', async () => {
    const mine = await testService(api, 'remote', 'withdrawn.example');
    const { access_token: other, refresh_token: refresh, grant_id: grant } = await mine.tokens();
    await api.store.write('oauth.revokeGrant', { grantId: grant });
    expectProblem(await mine.get(RECORDS, other), 'token_invalid');
    expectOauth(await mine.refresh(refresh), 400, 'use_dpop_nonce');
    expectOauth(await mine.refresh(refresh), 400, 'invalid_grant');
  });

  test('another contract’s grant and receipts', async () => {
    const mine = await testService(api, 'remote', 'other.example');
    const { grant_id: grant } = await mine.tokens();
    await service.get(RECORDS, token);
    for (const path of [`/grants/${grant}`, `/receipts/${grant}`]) {
      expectProblem(await service.get(path, token), 'grant_not_found');
    }
    expect((await service.get(`/grants/${tokens.grant_id}`, token)).body).toMatchObject({ grant_id: tokens.grant_id });
    expect((await service.get(`/receipts/${tokens.grant_id}`, token)).body).toEqual({ items: [] });
  });
});
