import * as oauth from 'oauth4webapi';
import { expect, test } from 'vitest';
import { CLAUSE, startTestApi } from './testing.ts';
import { authorizePath, testService } from './testing/service.ts';
import { Browser } from './testing/browser.ts';

test('a service asks, the owner says yes, and tokens reach data', async () => {
  await using api = await startTestApi();
  const service = await testService(api);
  const tokens = await service.tokens();
  expect(tokens).toMatchObject({ token_type: 'DPoP', expires_in: 600, authorization_details: [CLAUSE] });
  const reply = await service.get('/v1/records/social.post?clause=posts', tokens.access_token);
  expect(reply.body).toEqual({ items: [], next: null });
  expect(reply.status).toBe(200);
  expect(api.faults).toEqual([]);
});
