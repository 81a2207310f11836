import { hash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LockerError } from '../../protocol/errors.ts';
import type { Approvals, ServiceAccess } from '../contracts/index.ts';
import { requireContentType, sendProblem, setSecurityHeaders, type RequestListener } from '../http/index.ts';
import { answerPreflight, setCrossOrigin } from './cross-origin.ts';
import { isOauthPath } from './door.ts';
import { createClients } from './oauth/clients.ts';
import type { OauthStore } from './oauth/kept.ts';
import { OAUTH_PATHS } from './oauth/paths.ts';
import { createProvider, oauthHandler } from './oauth/provider.ts';
import { createAuthenticate } from './proof/authenticate.ts';
import { createNonces } from './proof/nonces.ts';
import { createProofs } from './proof/proof.ts';
import { createReplays } from './proof/replays.ts';
import { createServer } from './server.ts';
import { loadPages, type Pages } from './waiting/pages.ts';

/** A body of OAuth is short: who takes longer for it is no client. */
const OAUTH_MS = 30_000;
const SWEEP_MS = 60 * 60_000;
const FORM = 'application/x-www-form-urlencoded';

export interface ServiceApiOptions {
  readonly approvals: Approvals;
  readonly access: ServiceAccess;
  /** A service's signed answer to the demand to erase; throws `grant_not_found`, `record_invalid`. */
  readonly erasureAnswered: (clientId: string, grantId: string, jws: string) => Promise<void>;
  readonly store: OauthStore;
  /** The locker's public keys, as JWKs. */
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  /** Scheme, host and port under which services know this locker, without a slash at the end. */
  readonly issuer: string;
  /** Folder of the pages that a browser sees. */
  readonly pages: string;
  readonly version: string;
  /** Milliseconds UTC. */
  readonly now: () => number;
  /** Told of faults that are ours; what is logged of them is up to the caller. */
  readonly onFault: (error: unknown) => void;
}

/** The API for services, while the locker is open. */
export interface ServiceApi extends AsyncDisposable {
  /** Answers a request that the door for services let in. */
  readonly handle: RequestListener;
  /** Origins of known services' pages, for the door. */
  origins(): ReadonlySet<string>;
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

/** The OAuth library would say so in its own words, or not at all. */
function requireOauthForm(request: IncomingMessage): void {
  const isGet = pathOf(request).startsWith(OAUTH_PATHS.authorization);
  const method = isGet ? 'GET' : 'POST';
  if (request.method !== method) throw new LockerError('method_not_allowed', { detail: method });
  requireContentType(request, isGet ? null : FORM);
}

function renderProblem(pages: Pages, response: ServerResponse, title: string, text: string): string {
  setSecurityHeaders(response, 'page');
  return pages.filled('problem.html', { title, text });
}

/** As `createServiceApi` of the room's face. */
export async function startServiceApi(options: ServiceApiOptions): Promise<ServiceApi> {
  const { approvals, access, store, issuer, now, onFault } = options;
  const pages = await loadPages(options.pages);
  const clients = createClients(approvals);
  const nonces = createNonces(randomBytes(32), now);
  const proofs = createProofs({ issuer, nonces, replays: createReplays(), now });
  const authenticate = createAuthenticate({ approvals, clients, store, proofs, now });
  const provider = createProvider({
    issuer,
    approvals,
    clients,
    store,
    now,
    cookieTag: hash('sha256', JSON.stringify([issuer, options.keys]), 'hex').slice(0, 8),
    renderError: (ctx, title, text) => {
      ctx.type = 'html';
      ctx.body = renderProblem(pages, ctx.res, title, text);
    },
    onFault,
  });
  const app = await createServer({
    issuer,
    keys: options.keys,
    guarded: { access, authenticate, nonces },
    erasureAnswered: options.erasureAnswered,
    waiting: { provider, approvals, pages },
    version: options.version,
    onFault,
  });
  const oauth = oauthHandler(provider);

  async function answerOauth(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      requireOauthForm(request);
    } catch (error) {
      sendProblem(response, error instanceof LockerError ? error : new LockerError('internal', { cause: error }));
      return;
    }
    const late = setTimeout(() => request.destroy(), OAUTH_MS);
    try {
      await oauth(request, response);
    } catch (error) {
      onFault(error);
      if (!response.headersSent) sendProblem(response, new LockerError('internal'));
    } finally {
      clearTimeout(late);
    }
  }

  const sweep = (): void => {
    store.write('oauth.sweep', { now: now(), approvals: 'Grant' }).catch(onFault);
  };
  const sweeping = setInterval(sweep, SWEEP_MS);
  sweeping.unref();

  return {
    handle(request, response) {
      setCrossOrigin(request, response);
      if (answerPreflight(request, response)) return;
      if (isOauthPath(pathOf(request))) void answerOauth(request, response);
      else app.routing(request, response);
    },
    origins: () => approvals.origins(),
    async [Symbol.asyncDispose]() {
      clearInterval(sweeping);
      await app.close();
    },
  };
}
