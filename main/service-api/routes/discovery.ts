import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CLAUSE_TYPE } from '../../../protocol/contract/clause.ts';
import { OAUTH_PATHS } from '../oauth/paths.ts';
import { PROBLEMS } from './problems.ts';

export const RESOURCE_METADATA_PATH = '/.well-known/oauth-protected-resource';
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519'];
const Nothing = z.strictObject({});
const Document = z.record(z.string(), z.unknown());

/** RFC 8414, with members of RFC 9126, 9207, 9396, 9449 and OpenID Grant Management. */
function authorizationServer(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: issuer + OAUTH_PATHS.authorization,
    token_endpoint: issuer + OAUTH_PATHS.token,
    revocation_endpoint: issuer + OAUTH_PATHS.revocation,
    pushed_authorization_request_endpoint: issuer + OAUTH_PATHS.pushed_authorization_request,
    require_pushed_authorization_requests: true,
    jwks_uri: `${issuer}/oauth/jwks`,
    scopes_supported: [],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
    token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    revocation_endpoint_auth_methods_supported: ['private_key_jwt', 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    dpop_signing_alg_values_supported: ALGORITHMS,
    authorization_response_iss_parameter_supported: true,
    authorization_details_types_supported: [CLAUSE_TYPE],
    client_id_metadata_document_supported: true,
    grant_management_actions_supported: ['create', 'merge', 'replace', 'query', 'revoke'],
    grant_management_endpoint: `${issuer}/grants`,
    grant_management_action_required: false,
    service_documentation: `${issuer}/v1/`,
  };
}

/** RFC 9728. */
function protectedResource(issuer: string): Record<string, unknown> {
  return {
    resource: issuer,
    authorization_servers: [issuer],
    jwks_uri: `${issuer}/oauth/jwks`,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: ALGORITHMS,
    dpop_bound_access_tokens_required: true,
    authorization_details_types_supported: [CLAUSE_TYPE],
    resource_documentation: `${issuer}/v1/`,
  };
}

/** Documents that a service begins with, and the locker's public keys. */
export function registerDiscovery(
  app: FastifyInstance,
  issuer: string,
  keys: readonly Readonly<Record<string, unknown>>[],
): void {
  const documents = [
    ['/.well-known/oauth-authorization-server', 'Where to ask for a contract', authorizationServer(issuer)],
    [RESOURCE_METADATA_PATH, 'What tokens for this API must be like', protectedResource(issuer)],
    ['/oauth/jwks', 'Public keys: for receipts and notices', { keys }],
  ] as const;
  for (const [url, summary, document] of documents) {
    app.route({
      method: 'GET',
      url,
      schema: {
        tags: ['discovery'],
        summary,
        querystring: Nothing,
        response: { 200: Document, ...PROBLEMS },
      },
      handler: async () => document,
    });
  }
}
