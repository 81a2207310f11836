import { LockerError } from '../../../protocol/errors.ts';
import { createClockWork, type ClockPowers, type ClockWork } from '../clock-work.ts';
import type { Notice, Outbox } from './outbox.ts';
import { signNotice, type NoticeKey } from './sign-notice.ts';

/** One request to a webhook. Gives the status; throws where there was no answer. Nothing is followed, no body is read. */
export type PostNotice = (request: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** It is a program on this computer at its registered origin; everything else must be a public address. */
  readonly allowLoopback: boolean;
  /** Ends the request when the locker closes. */
  readonly signal: AbortSignal;
}) => Promise<number>;

export interface NoticeSenderOptions extends ClockPowers {
  readonly outbox: Outbox;
  readonly post: PostNotice;
  readonly key: NoticeKey;
  /** 0 to 1: spreads what would be tried at the same moment. */
  readonly random: () => number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Waiting time after the first try in vain, the second and so on; after the last it is given up. */
const WAITS = [
  10_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
  24 * HOUR_MS,
  24 * HOUR_MS,
  24 * HOUR_MS,
];
/** Services that are told at the same time. */
const AT_ONCE = 4;

/**
 * Sends what lies in the outbox, each notice until it is taken: at least once, in order for each service as long as it
 * answers. A notice that was committed is found again after a crash; `soon` is to be called when one was added.
 */
export function createNoticeSender(options: NoticeSenderOptions): ClockWork {
  const closing = new AbortController();
  const work = createClockWork(() => sendDue({ ...options, signal: closing.signal }), options);
  return {
    soon: () => work.soon(),
    async [Symbol.asyncDispose]() {
      closing.abort();
      await work[Symbol.asyncDispose]();
    },
  };
}

interface Sending extends NoticeSenderOptions {
  readonly signal: AbortSignal;
}

/** Sends all that is due. @returns when the next one is, or null */
async function sendDue(options: Sending): Promise<number | null> {
  for (;;) {
    const { due, next } = await options.outbox.due(options.now());
    if (due.length === 0 || options.signal.aborted) return next;
    const queues = [...Map.groupBy(due, ({ clientId }) => clientId).values()];
    const runners = Array.from({ length: Math.min(AT_ONCE, queues.length) }, async () => {
      for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) await sendQueue(queue, options);
    });
    await Promise.all(runners);
  }
}

/** Once a service does not answer, it is not asked again for the rest of this round. */
async function sendQueue(queue: readonly Notice[], options: Sending): Promise<void> {
  const { outbox, signal } = options;
  let isReached = true;
  for (const notice of queue) {
    const outcome: Outcome = isReached ? await trySend(notice, options) : { kind: 'again', problem: 'unreachable' };
    // What was cut off by closing was not tried: it is still due.
    if (outcome.kind !== 'taken' && signal.aborted) return;
    if (outcome.kind === 'taken') await outbox.delivered(notice.id);
    else {
      const nextAt = outcome.kind === 'never' ? null : nextTry(notice, options);
      await outbox.failed(notice.id, nextAt, outcome.problem);
      isReached &&= outcome.kind === 'never';
    }
  }
}

type Outcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'again'; readonly problem: string }
  | { readonly kind: 'never'; readonly problem: string };

async function trySend(notice: Notice, { post, key, now, signal }: Sending): Promise<Outcome> {
  const allowLoopback = mayBeTold(notice);
  if (allowLoopback === null) return { kind: 'never', problem: 'address_refused' };
  const url = notice.webhook;
  const body = JSON.stringify({ kind: notice.kind, ...notice.body });
  try {
    const status = await post({
      url,
      headers: await signNotice({ url, body }, key, now()),
      body,
      allowLoopback,
      signal,
    });
    if (status >= 200 && status < 300) return { kind: 'taken' };
    return { kind: status === 410 ? 'never' : 'again', problem: `status ${status}` };
  } catch (error) {
    return { kind: 'again', problem: error instanceof LockerError ? error.code : 'fetch_failed' };
  }
}

/** Whether the webhook may be on this computer; null: it is not at the origin of its client, and is told nothing. */
function mayBeTold({ webhook, clientId }: Notice): boolean | null {
  const [at, client] = [URL.parse(webhook), URL.parse(clientId)];
  if (at === null || client === null || at.origin !== client.origin) return null;
  if (client.protocol === 'https:') return false;
  return client.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(client.hostname) ? true : null;
}

function nextTry({ attempts }: Notice, { now, random }: NoticeSenderOptions): number | null {
  const wait = WAITS[attempts];
  return wait === undefined ? null : now() + Math.round(wait * (0.8 + 0.4 * random()));
}
