import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LockerError } from '../../protocol/errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Milliseconds from the request's head to its answer; null: as long as it takes. Absent: as the server has it. */
    readonly deadlineMs?: number | null;
  }
}

/** Given as a reason, as making one for each request costs more than the signal. */
const OVER = new LockerError('timeout');
const signals = new WeakMap<FastifyRequest, AbortSignal>();

/**
 * How long a request is waited for. Fastify's own deadline and signal end when a body has been read, as they follow the
 * request and not its answer: then nothing would bound the handler, and it would take a client that waits for one that left.
 */
export function addPatience(
  app: FastifyInstance,
  usualMs: number,
  answer: (error: LockerError, reply: FastifyReply) => void,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const patience = new AbortController();
    signals.set(request, patience.signal);
    const { deadlineMs = usualMs } = request.routeOptions.config;
    const late = deadlineMs === null ? undefined : setTimeout(() => endLate(patience, reply, answer), deadlineMs);
    late?.unref();
    reply.raw.once('close', () => {
      clearTimeout(late);
      patience.abort(OVER);
    });
    done();
  });
}

function endLate(
  patience: AbortController,
  reply: FastifyReply,
  answer: (error: LockerError, reply: FastifyReply) => void,
): void {
  patience.abort(OVER);
  // Half an answer cannot become a problem document.
  if (reply.raw.headersSent) reply.raw.destroy();
  // Whatever is left of a body is not waited for.
  else if (!reply.sent) answer(new LockerError('timeout'), reply.header('connection', 'close'));
}

/** Aborts once nobody waits for the answer: it was given, the client left, or the time is up. */
export function patienceOf(request: FastifyRequest): AbortSignal {
  const signal = signals.get(request);
  if (signal === undefined) throw new LockerError('internal', { detail: 'a request of another server' });
  return signal;
}
