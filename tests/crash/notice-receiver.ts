import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { httpbis } from 'http-message-signatures';
import type { JWK } from 'jose';
import { z } from 'zod';

/** What a service reads of a notice. */
const Notice = z.looseObject({
  id: z.string(),
  kind: z.string(),
  grant_id: z.string(),
  event: z.string().optional(),
  receipt: z.string().optional(),
});
export type Notice = z.infer<typeof Notice>;

/** The page of a service that the locker posts notices to. */
export interface NoticeReceiver extends AsyncDisposable {
  /** Texts of the bodies that came, by id of the notice. */
  readonly seen: Map<string, Set<string>>;
  readonly notices: Map<string, Notice>;
  /** Ids that were answered with success, and how often: a service may have forgotten all others. */
  readonly taken: Map<string, number>;
  /** What was no notice of this locker. */
  readonly bad: string[];
  /** Keys of the locker whose notices it believes. */
  keys: readonly JWK[];
  /** Told of a notice before it is answered: with which status, or null for no answer at all. */
  onNotice: () => number | null;
  /** Told after an answer was handed over. */
  onAnswered: () => void;
}

const MUST_COVER = ['@method', '@target-uri', 'content-type', 'content-digest'];

/** Listens at `/hook` of a port of this computer. */
export async function receiveNotices(port: number): Promise<NoticeReceiver> {
  const receiver: Omit<NoticeReceiver, typeof Symbol.asyncDispose> = {
    seen: new Map(),
    notices: new Map(),
    taken: new Map(),
    bad: [],
    keys: [],
    onNotice: () => 204,
    onAnswered: () => undefined,
  };

  function keyNamed(kid: string | undefined): KeyObject | null {
    const found = receiver.keys.find((key) => key.kid === kid);
    return found === undefined ? null : createPublicKey({ key: { ...found }, format: 'jwk' });
  }

  async function isSigned({ headers, url = '' }: IncomingMessage, body: string): Promise<boolean> {
    const digest = createHash('sha256').update(body).digest('base64');
    if (headers['content-digest'] !== `sha-256=:${digest}:`) return false;
    const given: Record<string, string | string[]> = {};
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) given[name] = value;
    const verified = await httpbis.verifyMessage(
      {
        all: true,
        requiredFields: MUST_COVER,
        requiredParams: ['created', 'keyid', 'alg', 'tag'],
        maxAge: 60,
        keyLookup: async ({ keyid, tag }) => {
          const key = tag === 'locker-notice' ? keyNamed(keyid) : null;
          return key === null ? null : { algs: ['ed25519'], verify: async (data, sig) => verify(null, data, key, sig) };
        },
      },
      { method: 'POST', url: `http://127.0.0.1:${port}${url}`, headers: given },
    );
    return verified === true;
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const isOurs = request.method === 'POST' && request.url === '/hook' && (await isSigned(request, body));
    const notice = isOurs ? (Notice.safeParse(JSON.parse(body)).data ?? null) : null;
    if (notice === null) {
      receiver.bad.push(`${request.method} ${request.url} ${body.slice(0, 500)}`);
      response.writeHead(400).end();
      return;
    }
    receiver.notices.set(notice.id, notice);
    receiver.seen.set(notice.id, (receiver.seen.get(notice.id) ?? new Set<string>()).add(body));
    const status = receiver.onNotice();
    if (status === null) {
      request.destroy();
      return;
    }
    if (status < 300) receiver.taken.set(notice.id, (receiver.taken.get(notice.id) ?? 0) + 1);
    response.writeHead(status).end(() => receiver.onAnswered());
  }

  const server = createServer((request, response) => {
    // A sender that is killed leaves half a body behind.
    take(request, response).catch((error: unknown) => {
      if (!request.errored) receiver.bad.push(String(error));
    });
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return Object.assign(receiver, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
