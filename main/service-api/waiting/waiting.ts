import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import type { Approvals, Decision } from '../../contracts/index.ts';
import { setSecurityHeaders } from '../../http/index.ts';
import { approvalId } from '../oauth/kept.ts';
import { OAUTH_PATHS, waitingPath } from '../oauth/paths.ts';
import { OWNER } from '../oauth/provider.ts';
import { OpenRequest, REQUEST_PARAMETER } from '../oauth/request.ts';
import type { Pages } from './pages.ts';

/** How long an answer to the page may take; it asks again at once, which also says that the tab is still there. */
const POLL_MS = 4000;

const Params = z.strictObject({ uid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) });
const FileParams = z.strictObject({ name: z.string().max(40) });
const Nothing = z.strictObject({});
const State = z.strictObject({ state: z.enum(['waiting', 'decided']), next: z.string().nullable() });

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

export interface WaitingOptions {
  readonly provider: Provider;
  readonly approvals: Approvals;
  readonly pages: Pages;
}

/** The request that this browser waits for; another browser, or an old tab, has not got its cookie. */
async function interactionOf(provider: Provider, request: FastifyRequest, reply: FastifyReply): Promise<Interaction> {
  const { uid } = Params.parse(request.params);
  const interaction = await provider.interactionDetails(request.raw, reply.raw).catch((cause: unknown) => {
    throw new LockerError('request_not_found', { cause });
  });
  if (interaction.uid !== uid) throw new LockerError('request_not_found');
  return interaction;
}

function openRequestOf(interaction: Interaction): OpenRequest {
  const text: unknown = interaction.params[REQUEST_PARAMETER];
  return OpenRequest.parse(JSON.parse(z.string().parse(text)));
}

function clientIdOf(interaction: Interaction): string {
  return z.string().parse(interaction.params['client_id']);
}

/** Writes the owner's decision down as the result that the authorization goes on with. */
async function settle(provider: Provider, interaction: Interaction, decision: Decision): Promise<void> {
  if (decision.kind === 'allowed') {
    const approval = new provider.Grant({ accountId: OWNER, clientId: clientIdOf(interaction) });
    approval.jti = approvalId(decision.grantId, randomBytes(16).toString('base64url'));
    await approval.save();
    interaction.result = { login: { accountId: OWNER, remember: false }, consent: { grantId: approval.jti } };
  } else {
    const description = decision.kind === 'denied' ? 'The owner said no.' : 'The owner did not answer in time.';
    interaction.result = { error: 'access_denied', error_description: description };
  }
  await interaction.persist();
}

/** Someone came back to a page whose request is over, or has only its address. */
function sendOver(reply: FastifyReply, pages: Pages): FastifyReply {
  const { code, status, title } = new LockerError('request_not_found');
  setSecurityHeaders(reply.raw, 'page');
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(pages.filled('problem.html', { title: code, text: title }));
}

/** The page on which a browser waits for the owner (CONTRACTS.md, Flow of approval, 2), and what it asks. */
export function registerWaiting(app: FastifyInstance, { provider, approvals, pages }: WaitingOptions): void {
  app.route({
    method: 'GET',
    url: `${OAUTH_PATHS.authorization}/:uid/waiting`,
    schema: { hide: true, params: Params, querystring: Nothing },
    handler: async (request, reply) => {
      const interaction = await interactionOf(provider, request, reply).catch(() => null);
      if (interaction === null) return sendOver(reply, pages);
      const open = openRequestOf(interaction);
      approvals.tabWaiting(open.requestId);
      const client = await approvals.client(clientIdOf(interaction));
      setSecurityHeaders(reply.raw, 'page');
      const page = pages.filled('waiting.html', {
        service: client?.host ?? client?.metadata.client_name ?? clientIdOf(interaction),
        identity: client?.kind === 'local' ? 'It is a program on this computer; who made it is not verified.' : '',
        number: String(open.number).padStart(2, '0'),
        state: `${waitingPath(interaction.uid)}/state`,
      });
      return reply.type('text/html; charset=utf-8').send(page);
    },
  });

  app.route({
    method: 'GET',
    url: `${OAUTH_PATHS.authorization}/:uid/waiting/state`,
    schema: { hide: true, params: Params, querystring: Nothing, response: { 200: State } },
    handler: async (request, reply): Promise<z.input<typeof State>> => {
      const interaction = await interactionOf(provider, request, reply);
      const next = `${OAUTH_PATHS.authorization}/${interaction.uid}`;
      if (interaction.result !== undefined) return { state: 'decided', next };
      const { requestId } = openRequestOf(interaction);
      approvals.tabWaiting(requestId);
      const soon = AbortSignal.any([request.signal, AbortSignal.timeout(POLL_MS)]);
      const decision = await approvals.decision(requestId, soon);
      if (decision.kind === 'waiting') return { state: 'waiting', next: null };
      await settle(provider, interaction, decision);
      return { state: 'decided', next };
    },
  });

  app.route({
    method: 'GET',
    url: '/oauth/pages/:name',
    schema: { hide: true, params: FileParams, querystring: Nothing },
    handler: async (request, reply) => {
      const file = pages.file(FileParams.parse(request.params).name);
      if (file === null || file.type.startsWith('text/html')) throw new LockerError('not_found');
      return reply.type(file.type).send(file.text);
    },
  });
}
