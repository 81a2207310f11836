import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { Json } from '../../../protocol/json.ts';
import { setSecurityHeaders } from '../../http/index.ts';
import type { Pages } from '../waiting/pages.ts';
import { PROBLEMS } from './problems.ts';

const Nothing = z.strictObject({});
const Document = z.record(z.string(), z.unknown());

// It contains itself, so the document can only refer to it, and must say what it refers to.
if (!z.globalRegistry.has(Json)) z.globalRegistry.add(Json, { id: 'Json', description: 'Any JSON value.' });

const DESCRIPTION = `The API of one person's Data Locker. A service reaches data only through a contract in force, one clause a request.

How to get a contract: push an authorization request (RFC 9126) with the clauses as \`authorization_details\` to \`/oauth/par\`, send the browser to \`/oauth/authorize\`, take tokens at \`/oauth/token\`. The addresses are in \`/.well-known/oauth-authorization-server\`.

Every request carries \`Authorization: DPoP <token>\` and a \`DPoP\` proof (RFC 9449) with the nonce of the last \`DPoP-Nonce\` header.`;

const TAGS = [
  { name: 'discovery', description: 'Where to begin.' },
  { name: 'contract', description: 'Your contract and its receipts.' },
  { name: 'records', description: 'Records that your contract covers.' },
  { name: 'changes', description: 'What became different.' },
  { name: 'media', description: 'Files of granted records.' },
];

export interface ReferenceOptions {
  readonly issuer: string;
  readonly version: string;
  readonly pages: Pages;
}

/**
 * The OpenAPI document, made of the same schemas that validate, and a page to browse it.
 *
 * @param registerRoutes registers the routes that the document describes
 */
export async function registerReference(
  app: FastifyInstance,
  { issuer, version, pages }: ReferenceOptions,
  registerRoutes: () => void,
): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Data Locker: service API', version, description: DESCRIPTION },
      servers: [{ url: issuer }],
      tags: TAGS,
      components: {
        securitySchemes: {
          dpop: { type: 'http', scheme: 'DPoP', description: 'Access token with a proof of possession (RFC 9449).' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  registerRoutes();

  app.route({
    method: 'GET',
    url: '/v1/openapi.json',
    schema: {
      tags: ['discovery'],
      summary: 'This document',
      querystring: Nothing,
      response: { 200: Document, ...PROBLEMS },
    },
    handler: async (_request, reply) =>
      reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  });
  app.route({
    method: 'GET',
    url: '/v1/',
    schema: { hide: true, querystring: Nothing },
    handler: async (_request, reply) => {
      const page = pages.file('reference.html');
      if (page === null) throw new LockerError('not_found');
      setSecurityHeaders(reply.raw, 'page');
      return reply.type(page.type).send(page.text);
    },
  });
}
