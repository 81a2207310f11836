import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import { ClauseQuery, MediaParams } from '../../../protocol/service/records.ts';
import { isUnchanged, refuse, setContractHeaders } from '../answer.ts';
import { byteRange } from '../byte-range.ts';
import { guardedRoute, type Guarded } from './guarded.ts';

const Bytes = z.undefined().describe('The file, or with `Range` a part of it.');
const Headers = z.looseObject({ range: z.string().max(200).optional(), 'if-range': z.string().max(200).optional() });

/** Media files of granted records. */
export function registerMedia(app: FastifyInstance, guarded: Guarded): void {
  guardedRoute(
    app,
    guarded,
    {
      method: 'GET',
      url: '/v1/media/:id',
      summary: 'Read a media file',
      tag: 'media',
      action: 'read',
      params: MediaParams,
      query: ClauseQuery,
      headers: Headers,
      answers: { 200: Bytes, 206: Bytes, 304: Bytes },
      isStream: true,
    },
    async ({ caller, params, query, request, reply }) => {
      const answer = await guarded.access.media(caller, params.id, query.clause);
      if (answer.kind === 'refused') return refuse(reply, answer);
      setContractHeaders(reply, answer);
      void reply.headers({ etag: answer.etag, 'accept-ranges': 'bytes' });
      if (isUnchanged(request, answer.etag)) return reply.code(304).send();
      const condition = request.headers['if-range'];
      const wanted = condition === undefined || condition === answer.etag ? request.headers.range : undefined;
      const range = byteRange(wanted, answer.size);
      if (range.kind === 'none') {
        void reply.header('content-range', `bytes */${answer.size}`);
        throw new LockerError('range_invalid');
      }
      const [from, to] = range.kind === 'whole' ? [0, answer.size - 1] : [range.from, range.to];
      if (range.kind === 'part') {
        void reply.code(206).header('content-range', `bytes ${from}-${to}/${answer.size}`);
      }
      // Shown by no browser as a page of this address.
      void reply.headers({ 'content-disposition': 'attachment', 'content-length': String(to - from + 1) });
      void reply.type(answer.mediaType);
      return to < from ? reply.send('') : reply.send(Readable.from(answer.read(from, to), { objectMode: false }));
    },
  );
}
