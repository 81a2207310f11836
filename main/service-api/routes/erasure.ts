import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { ClientId } from '../../../protocol/contract/offer.ts';
import { requireContentType } from '../../http/index.ts';
import { PROBLEMS } from './problems.ts';

export type ErasureAnswered = (clientId: string, grantId: string, jws: string) => Promise<void>;

const IdParams = z.strictObject({ id: GrantId });
const Body = z.strictObject({
  client_id: ClientId,
  /** Compact JWS by a key of the service's client document. */
  answer: z.string().min(1).max(10_000),
});
const Gone = z.undefined().describe('Noted.');

/** Where a service says that it has erased what it had: its tokens ended with the contract, so its signature speaks. */
export function registerErasure(app: FastifyInstance, erasureAnswered: ErasureAnswered): void {
  app.route({
    method: 'POST',
    url: '/grants/:id/erasure',
    schema: {
      summary: 'Answer the demand to erase, by a signature',
      tags: ['contract'],
      params: IdParams,
      querystring: z.strictObject({}),
      body: Body,
      response: { 204: Gone, ...PROBLEMS },
    },
    onRequest: async (request) => requireContentType(request.raw, 'application/json'),
    handler: async (request, reply) => {
      const { client_id: clientId, answer } = Body.parse(request.body);
      await erasureAnswered(clientId, IdParams.parse(request.params).id, answer);
      return reply.code(204).send();
    },
  });
}
