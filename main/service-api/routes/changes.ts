import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { ChangePage, ChangesQuery, Cursor } from '../../../protocol/service/records.ts';
import type { Answer, Caller, ServiceAccess } from '../../contracts/index.ts';
import { refuse, sendAnswer, setContractHeaders } from '../answer.ts';
import { EVENT_STREAM, eventsOf, HEARTBEAT_MS } from '../event-stream.ts';
import { guardedRoute, Unchanged, type Guarded } from './guarded.ts';

/** A refusal that comes this soon is an ordinary answer; later ones end the stream. */
const FIRST_MS = 250;
/** Once a stream is over, its last words have this long to be taken. */
const LINGER_MS = 300;
const Headers = z.looseObject({ accept: z.string().optional(), 'last-event-id': Cursor.optional() });

/** Streams of one contract, and of all, that are open at the same time. */
const MAX_OF_ONE = 64;
const MAX_STREAMS = 256;

/** Counts open streams. */
function createPlaces(): { take(grantId: string): (() => void) | null } {
  const taken = new Map<string, number>();
  let all = 0;
  return {
    take(grantId) {
      const own = taken.get(grantId) ?? 0;
      if (own >= MAX_OF_ONE || all >= MAX_STREAMS) return null;
      taken.set(grantId, own + 1);
      all++;
      return () => {
        all--;
        const left = (taken.get(grantId) ?? 0) - 1;
        if (left > 0) taken.set(grantId, left);
        else taken.delete(grantId);
      };
    },
  };
}

/** The source's first answer, or null where it takes its time. */
async function firstOf(next: Promise<IteratorResult<Answer>>): Promise<IteratorResult<Answer> | null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), FIRST_MS);
  return Promise.race([next, promise]).finally(() => clearTimeout(timer));
}

async function stream(
  access: ServiceAccess,
  caller: Caller,
  query: ChangesQuery,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const watch = access.watch(caller, query);
  const source = watch[Symbol.asyncIterator]();
  const next = source.next();
  const result = await firstOf(next);
  const first = result === null || result.done === true ? null : result.value;
  if (first?.kind === 'refused') {
    source.return?.().catch(() => undefined);
    return refuse(reply, first);
  }
  if (first !== null) setContractHeaders(reply, { ...first, rate: null });
  const events = eventsOf(first, source, HEARTBEAT_MS, result === null || result.done === true ? next : undefined);
  const cut = (): void => {
    // Who takes no more bytes must not get those that wait for it, either: they were released under a contract that is over.
    const late = setTimeout(() => reply.raw.destroy(), LINGER_MS);
    reply.raw.once('close', () => clearTimeout(late));
  };
  watch.ended.addEventListener('abort', cut, { once: true });
  if (watch.ended.aborted) cut();
  return reply.type(EVENT_STREAM).send(Readable.from(events, { objectMode: false }));
}

/** What changed, page by page or as server-sent events. */
export function registerChanges(app: FastifyInstance, guarded: Guarded): void {
  const { access } = guarded;
  const places = createPlaces();
  guardedRoute(
    app,
    guarded,
    {
      method: 'GET',
      url: '/v1/changes',
      summary: 'Follow changes: a page of them, or with `Accept: text/event-stream` a stream of pages',
      tag: 'changes',
      action: 'subscribe',
      query: ChangesQuery,
      headers: Headers,
      answers: {
        200: {
          description: 'Changes; as a stream, each event `changes` holds one page.',
          content: { 'application/json': { schema: ChangePage }, [EVENT_STREAM]: { schema: z.string() } },
        },
        304: Unchanged,
      },
      isStream: true,
    },
    async ({ caller, query, request, reply, refuse: refuseHere }) => {
      const wanted = (request.headers.accept ?? '').split(',').some((type) => type.trim().startsWith(EVENT_STREAM));
      if (!wanted) return sendAnswer(request, reply, await access.changes(caller, query));
      const leave = places.take(caller.grantId);
      if (leave === null) return refuseHere(new LockerError('too_many_streams'));
      reply.raw.once('close', leave);
      const last = Cursor.safeParse(request.headers['last-event-id']).data;
      const from = query.cursor ?? last;
      return stream(access, caller, { ...query, ...(from === undefined ? {} : { cursor: from }) }, reply);
    },
  );
}
