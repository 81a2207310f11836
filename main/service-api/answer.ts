import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer, RateState } from '../contracts/index.ts';

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);
/** Below this compressing costs more than it saves. */
const WORTH_BYTES = 1024;
const JSON_TYPE = 'application/json; charset=utf-8';

interface Told {
  readonly revision: number | null;
  readonly rate: RateState | null;
}

/** What every answer under a clause says: the grant's revision, and what is left of the clause's rate. */
export function setContractHeaders(reply: FastifyReply, { revision, rate }: Told): void {
  if (revision !== null) void reply.header('grant-revision', String(revision));
  if (rate === null) return;
  void reply.header('ratelimit-policy', `"clause";q=${rate.limit}`);
  void reply.header('ratelimit', `"clause";r=${rate.remaining};t=${rate.resetSeconds}`);
}

/** Throws what the gate refused, with the headers that go with it. */
export function refuse(reply: FastifyReply, refused: Extract<Answer, { kind: 'refused' }>): never {
  setContractHeaders(reply, refused);
  if (refused.retryAfterSeconds !== null) void reply.header('retry-after', String(refused.retryAfterSeconds));
  throw refused.error;
}

function accepts(request: FastifyRequest, coding: string): boolean {
  const given = request.headers['accept-encoding'];
  const text = Array.isArray(given) ? given.join(',') : (given ?? '');
  return text.split(',').some((part) => {
    const [name = '', weight = ''] = part.trim().toLowerCase().split(';');
    return name.trim() === coding && !/^\s*q=0(?:\.0*)?\s*$/.test(weight);
  });
}

/** True where `If-None-Match` names this ETag; only asked after the gate has run (CONTRACTS.md, The gate). */
export function isUnchanged(request: FastifyRequest, etag: string): boolean {
  const given = request.headers['if-none-match'];
  if (given === undefined) return false;
  return given.split(',').some((each) => each.trim() === '*' || each.trim().replace(/^W\//, '') === etag);
}

async function sendText(request: FastifyRequest, reply: FastifyReply, text: string): Promise<FastifyReply> {
  void reply.type(JSON_TYPE);
  const worth = Buffer.byteLength(text) >= WORTH_BYTES;
  if (worth && accepts(request, 'br')) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 4 };
    return reply.header('content-encoding', 'br').send(await toBrotli(text, { params }));
  }
  if (worth && accepts(request, 'gzip')) {
    return reply.header('content-encoding', 'gzip').send(await toGzip(text, { level: 4 }));
  }
  return reply.send(text);
}

/** Sends what the gate answered, byte for byte, or throws what it refused. */
export async function sendAnswer(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  if (answer.kind === 'refused') return refuse(reply, answer);
  setContractHeaders(reply, answer);
  void reply.header('vary', 'Origin, Accept-Encoding');
  if (answer.status === 204) return reply.code(204).send();
  void reply.header('etag', answer.etag);
  if (request.method === 'GET' && isUnchanged(request, answer.etag)) return reply.code(304).send();
  return sendText(request, reply.code(answer.status), answer.json);
}
