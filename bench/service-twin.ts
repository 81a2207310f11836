/**
 * What the gate is compared with, in a process of its own: Fastify alone (`bare`), and Fastify that verifies a DPoP proof
 * and commits one log row a request, in groups of 5 ms, before it answers (`twin`). Both serve the same rows from an
 * encrypted SQLite file. Started by service.ts; says its port on standard output.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import Database from 'better-sqlite3-multiple-ciphers';
import Fastify from 'fastify';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';

const [file = '', rows = '[]', token = '', thumbprint = ''] = process.argv.slice(2);
const GROUP_MS = 5;

const db = new Database(file);
db.pragma(`cipher='sqlcipher'`);
db.pragma(`key='a key of a benchmark'`);
db.pragma('journal_mode=WAL');
db.pragma('synchronous=FULL');
db.exec('create table row (id integer primary key, body text not null) strict');
db.exec('create table log (id integer primary key, at integer, action text, rows integer, bytes integer) strict');
const insertRow = db.prepare('insert into row (body) values (?)');
for (const row of JSON.parse(rows) as unknown[]) insertRow.run(JSON.stringify(row));
const select = db.prepare('select body from row order by id desc limit 50');
const insertLog = db.prepare('insert into log (at, action, rows, bytes) values (?, ?, ?, ?)');

function read(): string {
  const bodies = (select.all() as { body: string }[]).map(({ body }) => JSON.parse(body) as unknown);
  return JSON.stringify({ items: bodies, next: null });
}

interface Waiting {
  readonly bytes: number;
  readonly done: () => void;
}
let group: Waiting[] = [];
function commit(waiting: readonly Waiting[]): void {
  db.exec('begin');
  for (const { bytes } of waiting) insertLog.run(Date.now(), 'query', 50, bytes);
  db.exec('commit');
}

function logged(bytes: number): Promise<void> {
  return new Promise((done) => {
    group.push({ bytes, done });
    if (group.length > 1) return;
    setTimeout(() => {
      const waiting = group;
      group = [];
      commit(waiting);
      for (const one of waiting) one.done();
    }, GROUP_MS);
  });
}

const seen = new Set<unknown>();
const hash = createHash('sha256').update(token).digest();

async function prove(authorization: string, proof: string): Promise<void> {
  const given = createHash('sha256').update(authorization.replace('DPoP ', '')).digest();
  if (!timingSafeEqual(given, hash)) throw new Error('token');
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
  if (payload['ath'] !== hash.toString('base64url') || payload['htm'] !== 'GET' || seen.has(payload.jti)) {
    throw new Error('proof');
  }
  if (protectedHeader.jwk === undefined || (await calculateJwkThumbprint(protectedHeader.jwk)) !== thumbprint) {
    throw new Error('key');
  }
  seen.add(payload.jti);
}

const app = Fastify();
app.get('/bare', (_request, reply) => reply.type('application/json').send(read()));
app.get('/twin', async (request, reply) => {
  await prove(request.headers.authorization ?? '', String(request.headers['dpop'] ?? ''));
  const body = read();
  await logged(body.length);
  return reply.type('application/json').send(body);
});
console.log(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
