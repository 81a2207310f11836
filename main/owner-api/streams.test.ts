import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import type { ImportRun } from '../../protocol/owner/sources.ts';
import { listen, loopbackDoor, type Listening } from '../http/index.ts';
import { createOwnerApi, type OwnerApi, type Rooms } from './index.ts';

const RUN: ImportRun = {
  id: 'r1',
  name: 'outbox.json',
  state: 'running',
  startedAt: 0,
  endedAt: null,
  progress: 0,
  leftMs: null,
  problem: null,
  report: { kind: 'mastodon', files: 1, added: 0, changed: 0, unchanged: 0, deletedByYou: 0, byDatatype: {}, skipped: [], unknownFields: [], subscriptions: 0 }, // prettier-ignore
};

/** What the fake room saw. */
const seen = { bytes: 0, largest: 0, path: '', stopped: 0, broken: 0 };
const faults: unknown[] = [];
let api: OwnerApi;
let listening: Listening;
let origin: string;
let token: string;

async function* watch(id: string): AsyncGenerator<ImportRun> {
  try {
    if (id === 'r1') {
      for (let step = 1; step <= 3; step++) yield { ...RUN, progress: step / 3 };
      return;
    }
    if (id === 'broken') {
      yield RUN;
      yield { ...RUN, progress: 7 };
    }
    for (let step = 0; ; step++) {
      yield { ...RUN, id, leftMs: step };
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    seen.stopped += 1;
  }
}

const intake = {
  async uploadFile(_upload: string, path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    seen.path = path;
    seen.bytes = 0;
    try {
      for await (const piece of pieces) {
        seen.bytes += piece.length;
        seen.largest = Math.max(seen.largest, piece.length);
      }
    } catch (error) {
      seen.broken += 1;
      throw error;
    }
    return seen.bytes;
  },
  async run(id: string): Promise<ImportRun> {
    if (id === 'unknown') throw new LockerError('import_not_found');
    return RUN;
  },
  watch,
};

beforeAll(async () => {
  api = await createOwnerApi({
    locker: { state: () => 'open', problem: () => null } as never,
    reporter: {} as never,
    rooms: () => ({ intake, noteLogin: async () => {} }) as unknown as Rooms,
    idleMinutes: () => 30,
    screens: '/nonexistent',
    version: '0',
    sample: false,
    onFault: (error) => faults.push(error),
  });
  listening = await listen({ port: 0, host: '127.0.0.1' }, (port) => loopbackDoor(port ?? 0), api.handle);
  origin = `http://127.0.0.1:${listening.port}`;
  const response = await fetch(`${origin}/owner/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ launch: api.launchPath().split('=')[1] }),
  });
  ({ token } = (await response.json()) as { token: string });
});

afterAll(async () => {
  await listening[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
});

function upload(body: Readable | null, type = 'application/octet-stream'): Promise<Response> {
  return fetch(`${origin}/owner/uploads/u1/file?path=export%2Foutbox.json`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    ...(body === null ? {} : { body: Readable.toWeb(body) as ReadableStream, duplex: 'half' }),
  });
}

function* megabytes(count: number): Generator<Uint8Array> {
  for (let index = 0; index < count; index++) yield new Uint8Array(1024 * 1024);
}

describe('uploads', () => {
  it('pass through piece by piece, larger than any body limit', async () => {
    const response = await upload(Readable.from(megabytes(24)));
    expect(await response.json()).toEqual({ bytes: 24 * 1024 * 1024 });
    expect(seen.path).toBe('export/outbox.json');
    expect(seen.largest).toBeLessThan(2 * 1024 * 1024);
  });

  it('may be empty', async () => {
    expect(await (await upload(null)).json()).toEqual({ bytes: 0 });
  });

  it('are bytes and nothing else', async () => {
    for (const type of ['application/json', 'multipart/form-data; boundary=x', 'application/zip']) {
      expect((await upload(Readable.from(megabytes(1)), type)).status).toBe(415);
    }
  });

  it('end for the room when the client leaves', async () => {
    const outgoing = request(`${origin}/owner/uploads/u1/file?path=a`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    });
    outgoing.on('error', () => {});
    outgoing.write(new Uint8Array(100_000));
    await expect.poll(() => seen.bytes).toBe(100_000);
    outgoing.destroy();
    await expect.poll(() => seen.broken).toBe(1);
  });
});

function progress(id: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(`${origin}/owner/imports/${id}/progress`, { headers: { authorization: `Bearer ${token}` } }, resolve)
      .on('error', reject)
      .end();
  });
}

describe('progress', () => {
  it('is a line for each change and ends with the run', async () => {
    const answer = await progress('r1');
    expect(answer.headers['content-type']).toBe('application/x-ndjson');
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await once(answer, 'end');
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as ImportRun).progress)).toEqual([1 / 3, 2 / 3, 1]);
  });

  it('of an unknown run is a problem, not an empty stream', async () => {
    const answer = await progress('unknown');
    answer.resume();
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });

  it('stops at its source when the client leaves', async () => {
    const before = seen.stopped;
    const answer = await progress('endless');
    await once(answer, 'data');
    answer.destroy();
    await expect.poll(() => seen.stopped).toBe(before + 1);
  });

  it('breaks off where a line is not what the table says', async () => {
    const answer = await progress('broken');
    answer.resume();
    await expect(once(answer, 'end')).rejects.toThrow('aborted');
    expect(answer.complete).toBe(false);
  });
});
