import { CompactSign } from 'jose';
import { z } from 'zod';
import type { Clause } from '../../protocol/contract/clause.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import type { TestService } from '../../main/service-api/testing.ts';
import type { Random } from '../unit/random.ts';
import type { DrivenLocker } from './driven-locker.ts';

const Tokens = z.object({
  access_token: z.string().min(43),
  refresh_token: z.string().min(43),
  grant_id: z.string().length(22),
  token_type: z.literal('DPoP'),
  authorization_details: z.array(z.unknown()).min(1),
});
type Tokens = z.infer<typeof Tokens>;
type Reply = Awaited<ReturnType<TestService['par']>>;

/** A contract that is over, and the answer to its demand to erase. */
export interface Over {
  readonly grantId: string;
  readonly answer: string;
}

export interface Flow {
  readonly running: DrivenLocker;
  readonly service: TestService;
  readonly clauses: readonly Clause[];
  readonly random: Random;
  readonly note: (name: string, answer: { readonly status: number }) => void;
}

/** What the requests before left open would keep another one from being asked. */
export async function denyAll(running: DrivenLocker): Promise<void> {
  const { items } = await running.call(ROUTES.accessRequests);
  for (const { id } of items) await running.call(ROUTES.decideRequest, { params: { id }, body: { decision: 'deny' } });
}

function expectStatus(what: string, { status, body }: Reply, ...expected: readonly number[]): void {
  if (!expected.includes(status)) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
}

/** The life of a contract, in one of the ways that it may go; nonces are asked for as they are. */
export async function liveThrough(flow: Flow): Promise<Over> {
  const { service, clauses, random, note } = flow;
  const some = clauses.filter(() => random.chance(0.7));
  const first = await contract(flow, some.length > 0 ? some : clauses, {});
  const { grant_id } = first;
  let last = first;
  for (const action of ['merge', 'replace']) {
    if (random.chance(0.4)) last = await contract(flow, clauses, { grant_management_action: action, grant_id });
  }
  if (random.chance(0.6)) {
    const refreshed = await asked(() => service.refresh(last.refresh_token));
    note('/oauth/token', refreshed);
    expectStatus('refresh', refreshed, 200);
    // Used twice, its family ends; the contract goes on with the other one.
    if (random.chance(0.3)) expectStatus('reuse', await service.refresh(last.refresh_token), 400);
    else last = Tokens.parse(refreshed.body);
  }
  if (random.chance(0.3)) {
    const revoked = await service.post('/oauth/revoke', { token: last.refresh_token });
    note('/oauth/revoke', revoked);
    expectStatus('revoke', revoked, 200);
  }
  await flow.running.call(ROUTES.withdrawGrant, { params: { id: grant_id } });
  return { grantId: grant_id, answer: await erased(service, grant_id, random) };
}

async function contract(
  flow: Flow,
  clauses: readonly Clause[],
  more: Readonly<Record<string, string>>,
): Promise<Tokens> {
  const { service, note } = flow;
  const code = (await service.code({ authorization_details: JSON.stringify(clauses), ...more })).get('code') ?? '';
  note('/oauth/par', { status: 201 });
  note('/oauth/authorize', { status: 303 });
  const reply = await asked(() => service.exchange(code));
  note('/oauth/token', reply);
  expectStatus('exchange', reply, 200);
  const tokens = Tokens.parse(reply.body);
  if (tokens.authorization_details.length > flow.clauses.length) throw new Error('more than was asked');
  return tokens;
}

/** Once more where the first answer was a nonce. */
async function asked(send: () => Promise<Reply>): Promise<Reply> {
  const first = await send();
  return first.body['error'] === 'use_dpop_nonce' ? send() : first;
}

function erased(service: TestService, grantId: string, random: Random): Promise<string> {
  const claims = {
    grant_id: grantId,
    erased_at: '2026-06-01T00:00:00Z',
    ...(random.chance(0.5) ? { kept: 'invoices, for ten years' } : {}),
  };
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'EdDSA', kid: 'client', typ: 'locker-erasure+jws' })
    .sign(service.clientKey.privateKey);
}
