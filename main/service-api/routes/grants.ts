import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { GrantId, GrantView, SignedReceipt } from '../../../protocol/contract/grant.ts';
import { LockerError } from '../../../protocol/errors.ts';
import { sendAnswer } from '../answer.ts';
import { guardedRoute, Unchanged, type Guarded, type ServiceCall } from './guarded.ts';

const TAG = 'contract';
const IdParams = z.strictObject({ id: GrantId });
const Receipts = z.strictObject({ items: z.array(SignedReceipt) });
const Gone = z.undefined().describe('Done: the contract is over.');

function requireOwn({
  caller,
  params,
  refuse,
}: Pick<ServiceCall<z.infer<typeof IdParams>, unknown, unknown>, 'caller' | 'params' | 'refuse'>): void {
  if (caller.grantId !== params.id) refuse(new LockerError('grant_not_found'));
}

/** A service's own contract: reading it, giving it back, and its receipts (OpenID Grant Management). */
export function registerGrants(app: FastifyInstance, guarded: Guarded): void {
  const { access } = guarded;
  guardedRoute(
    app,
    guarded,
    {
      method: 'GET',
      url: '/grants/:id',
      summary: 'Read your contract',
      tag: TAG,
      action: 'grant',
      params: IdParams,
      answers: { 200: GrantView, 304: Unchanged },
    },
    async (call) => {
      const { caller, request, reply } = call;
      requireOwn(call);
      return sendAnswer(request, reply, await access.grant(caller));
    },
  );
  guardedRoute(
    app,
    guarded,
    {
      method: 'DELETE',
      url: '/grants/:id',
      summary: 'Give your contract back',
      tag: TAG,
      action: 'give back',
      params: IdParams,
      answers: { 204: Gone },
    },
    async (call) => {
      const { caller, request, reply } = call;
      requireOwn(call);
      return sendAnswer(request, reply, await access.giveBack(caller));
    },
  );
  guardedRoute(
    app,
    guarded,
    {
      method: 'GET',
      url: '/receipts/:id',
      summary: 'Read your contract’s receipts',
      tag: TAG,
      action: 'receipts',
      params: IdParams,
      answers: { 200: Receipts, 304: Unchanged },
    },
    async (call) => {
      const { caller, request, reply } = call;
      requireOwn(call);
      return sendAnswer(request, reply, await access.receipts(caller));
    },
  );
}
