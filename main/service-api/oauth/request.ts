import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { z } from 'zod';
import { CLAUSE_TYPE, Clause, Clauses } from '../../../protocol/contract/clause.ts';
import { GrantId } from '../../../protocol/contract/grant.ts';
import { Digest } from '../../../protocol/contract/offer.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type { Approvals } from '../../contracts/index.ts';
import { errors } from './library.ts';
import { refusing } from './refusals.ts';

/** Parameter under which a pushed request remembers what the owner was asked; services never see it or set it. */
export const REQUEST_PARAMETER = 'locker_request';

/** What the waiting page needs of the request to the owner. */
export const OpenRequest = z.strictObject({ requestId: z.string(), number: z.int(), expiresAt: z.number() });
export type OpenRequest = z.infer<typeof OpenRequest>;

/** Parameters of a pushed request, beyond those that the library checks. */
const Pushed = z.object({
  authorization_details: z.string().optional(),
  dpop_jkt: z.string().optional(),
  response_mode: z.string().optional(),
  grant_management_action: z.enum(['create', 'merge', 'replace']).optional(),
  grant_id: GrantId.optional(),
  locker_offer: Digest.optional(),
});

function where(issue: z.core.$ZodIssue | undefined): string {
  const path = issue?.path.map(String).join('.') ?? '';
  const keys = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '';
  return [path, keys].filter((part) => /^[\w., -]{1,200}$/.test(part)).join(': ');
}

/** Refuses a clause that is not exactly of the known form (RFC 9396, 5). */
export function checkClause(_ctx: KoaContextWithOIDC, detail: unknown): void {
  const parsed = Clause.safeParse(detail);
  if (!parsed.success) throw new errors.InvalidAuthorizationDetails(`clause ${where(parsed.error.issues[0])}`);
}

function clausesOf(text: string | undefined): z.infer<typeof Clauses> {
  const parsed = Clauses.safeParse(text === undefined ? undefined : JSON.parse(text));
  if (!parsed.success) throw new errors.InvalidAuthorizationDetails(`${CLAUSE_TYPE} ${where(parsed.error.issues[0])}`);
  const ids = new Set(parsed.data.map(({ clause_id: id }) => id));
  if (ids.size !== parsed.data.length) throw new errors.InvalidAuthorizationDetails('clause_id must be unique');
  return parsed.data;
}

async function ask(ctx: KoaContextWithOIDC, client: Client, approvals: Approvals): Promise<OpenRequest> {
  const parsed = Pushed.safeParse({ ...ctx.oidc.params });
  if (!parsed.success) throw new errors.InvalidRequest(where(parsed.error.issues[0]));
  const params = parsed.data;
  if (params.response_mode !== undefined && params.response_mode !== 'query') {
    throw new errors.InvalidRequest('response_mode must be query');
  }
  if (params.dpop_jkt === undefined) throw new errors.InvalidRequest('a DPoP proof is required');
  const action = params.grant_management_action ?? 'create';
  const grantId = params.grant_id ?? null;
  if ((action === 'create') !== (grantId === null)) {
    throw new errors.InvalidRequest('grant_id belongs to merge and replace, and only to these');
  }
  if (grantId !== null && (await approvals.grant(grantId))?.client_id !== client.clientId) {
    throw new LockerError('grant_not_found');
  }
  return approvals.ask({
    clientId: client.clientId,
    clauses: clausesOf(params.authorization_details),
    offerDigest: params.locker_offer ?? null,
    action,
    grantId,
  });
}

/** Parameters of ours, checked after everything else of a pushed request held; the last one asks the owner. */
export function extraParameters(
  approvals: Approvals,
): Record<string, null | ((ctx: KoaContextWithOIDC, value: string | undefined, client: Client) => Promise<void>)> {
  return {
    grant_management_action: null,
    grant_id: null,
    locker_offer: null,
    async [REQUEST_PARAMETER](ctx, value, client) {
      if (ctx.oidc.route !== 'pushed_authorization_request') return;
      if (value !== undefined) throw new errors.InvalidRequest(`${REQUEST_PARAMETER} is not yours to set`);
      const open = await refusing(() => ask(ctx, client, approvals));
      Object.assign(ctx.oidc.params ?? {}, {
        [REQUEST_PARAMETER]: JSON.stringify({
          requestId: open.requestId,
          number: open.number,
          expiresAt: open.expiresAt,
        }),
      });
    },
  };
}
