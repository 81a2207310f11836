import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { httpbis } from 'http-message-signatures';
import { describe, expect, test } from 'vitest';
import { LockerError } from '../../../protocol/errors.ts';
import { createNoticeSender, type PostNotice } from './notice-sender.ts';
import type { Notice, Outbox } from './outbox.ts';
import { contentDigest, signNotice } from './sign-notice.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const KEY = { key: privateKey, kid: 'locker' };
const MINUTE = 60_000;

/** An outbox and a clock in memory; time passes only when a test says so. */
class World implements Outbox {
  time = 1_800_000_000_000;
  readonly waiting = new Map<number, Notice & { at: number }>();
  readonly delivered_: number[] = [];
  readonly problems: [id: number, problem: string, given: boolean][] = [];
  readonly faults: unknown[] = [];
  timer: { at: number; action: () => void } | undefined;

  add(id: number, change: Partial<Notice> = {}): void {
    const clientId = change.clientId ?? 'https://newcomer.example/client.json';
    this.waiting.set(id, {
      id,
      webhook: new URL('/hook', clientId).href,
      clientId,
      kind: 'limited',
      grantId: 'AAAAAAAAAAAAAAAAAAAAAA',
      body: { revision: id },
      made: this.time,
      attempts: 0,
      at: this.time,
      ...change,
    });
  }

  async due(now: number): Promise<{ due: Notice[]; next: number | null }> {
    const all = [...this.waiting.values()].sort((a, b) => a.at - b.at || a.id - b.id);
    const later = all.find(({ at }) => at > now);
    return { due: all.filter(({ at }) => at <= now), next: later?.at ?? null };
  }
  async delivered(id: number): Promise<void> {
    this.delivered_.push(id);
    this.waiting.delete(id);
  }
  async failed(id: number, nextAt: number | null, problem: string): Promise<void> {
    this.problems.push([id, problem, nextAt === null]);
    const notice = this.waiting.get(id);
    if (nextAt === null || notice === undefined) this.waiting.delete(id);
    else this.waiting.set(id, { ...notice, attempts: notice.attempts + 1, at: nextAt });
  }

  /** Sends all that is due and waits until there is nothing to do. */
  async round(post: PostNotice): Promise<void> {
    await using sender = this.sender(post);
    sender.soon();
    await expect.poll(() => this.timer !== undefined || this.waiting.size === 0 || this.faults.length > 0).toBe(true);
    expect(this.faults).toEqual([]);
  }

  sender(post: PostNotice): ReturnType<typeof createNoticeSender> {
    this.timer = undefined;
    return createNoticeSender({
      outbox: this,
      post,
      key: KEY,
      random: () => 0.5,
      now: () => this.time,
      setTimer: (milliseconds, action) => {
        this.timer = { at: this.time + milliseconds, action };
        return { cancel: () => undefined };
      },
      onFault: (error) => this.faults.push(error),
    });
  }
}

describe('signatures of notices (RFC 9421, RFC 9530)', () => {
  const notice = { url: 'https://newcomer.example/hook?a=1', body: '{"kind":"limited"}' };

  function verified(url: string, headers: Record<string, string>): Promise<boolean | null> {
    return httpbis
      .verifyMessage(
        {
          keyLookup: async ({ keyid }) =>
            keyid === 'locker'
              ? { verify: async (data, signature) => verify(null, data, createPublicKey(privateKey), signature) }
              : null,
          requiredFields: ['@method', '@target-uri', 'content-type', 'content-digest'],
          requiredParams: ['created', 'keyid', 'alg', 'tag'],
        },
        { method: 'POST', url, headers },
      )
      .catch(() => false);
  }

  test('are verified by the public key, over address, type and digest', async () => {
    const headers = await signNotice(notice, KEY, Date.now());
    expect(headers['content-digest']).toBe(contentDigest(notice.body));
    expect(headers['signature-input']).toContain('alg="ed25519";tag="locker-notice"');
    expect(await verified(notice.url, headers)).toBe(true);
    expect(await verified('https://other.example/hook?a=1', headers)).toBe(false);
    expect(await verified(notice.url, { ...headers, 'content-digest': contentDigest('{}') })).toBe(false);
    expect(await verified(notice.url, { ...headers, 'content-type': 'text/plain' })).toBe(false);
  });

  test('the digest is as RFC 9530 writes it', () => {
    expect(contentDigest('{"hello": "world"}\n')).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:');
  });
});

describe('the sender', () => {
  test('delivers in order, each signed', async () => {
    const world = new World();
    world.add(1);
    world.add(2);
    const seen: Parameters<PostNotice>[0][] = [];
    await world.round(async (request) => {
      seen.push(request);
      return 204;
    });
    expect(world.delivered_).toEqual([1, 2]);
    expect(seen[0]).toMatchObject({ url: 'https://newcomer.example/hook', allowLoopback: false });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ kind: 'limited', revision: 1 });
    expect(seen[0]?.headers['content-digest']).toBe(contentDigest(seen[0]?.body ?? ''));
  });

  test('acceptance 11: what was not confirmed is sent again after a crash', async () => {
    const world = new World();
    world.add(1);
    let taken = 0;
    const crashing = Object.assign(Object.create(world) as World, {
      delivered: () => Promise.reject(new Error('the process ended here')),
    });
    await crashing.round(async () => (taken++, 200)).catch(() => undefined);
    expect(world.delivered_).toEqual([]);
    world.faults.length = 0;
    await world.round(async () => (taken++, 200));
    expect(world.delivered_).toEqual([1]);
    expect(taken).toBe(2);
  });

  test('waits longer each time, and gives up in the end', async () => {
    const world = new World();
    world.add(1);
    const waits: number[] = [];
    for (let tries = 0; world.waiting.size > 0 && tries < 20; tries++) {
      const before = world.time;
      await world.round(async () => 500);
      const next = world.waiting.get(1)?.at;
      if (next === undefined) break;
      waits.push((next - before) / MINUTE);
      world.time = next;
    }
    expect(waits).toEqual([1 / 6, 1, 5, 30, 120, 360, 720, 1440, 1440, 1440]);
    expect(world.problems.at(-1)).toEqual([1, 'status 500', true]);
    expect(world.delivered_).toEqual([]);
  });

  test('a service that is down is tried once a round, and keeps no other from being told', async () => {
    const world = new World();
    for (const id of [1, 2, 3]) world.add(id);
    for (const id of [4, 5]) world.add(id, { clientId: 'https://other.example/client.json' });
    let asked = 0;
    await world.round(async ({ url }) => {
      if (url.includes('other')) return 200;
      asked++;
      throw new LockerError('fetch_failed');
    });
    expect(asked).toBe(1);
    expect(world.delivered_).toEqual([4, 5]);
    expect(world.problems).toEqual([
      [1, 'fetch_failed', false],
      [2, 'unreachable', false],
      [3, 'unreachable', false],
    ]);
  });

  test('a webhook that is gone is not tried again; what follows still is', async () => {
    const world = new World();
    world.add(1);
    world.add(2);
    let asked = 0;
    await world.round(async () => (asked++ === 0 ? 410 : 200));
    expect(world.problems).toEqual([[1, 'status 410', true]]);
    expect(world.delivered_).toEqual([2]);
  });

  test.each([
    ['https://elsewhere.example/hook', 'https://newcomer.example/client.json'],
    ['http://newcomer.example/hook', 'https://newcomer.example/client.json'],
    ['http://127.0.0.1:8080/hook', 'http://127.0.0.1:7070/client.json'],
    ['http://[::1]:7070/hook', 'http://127.0.0.1:7070/client.json'],
    ['http://10.0.0.1/hook', 'http://10.0.0.1/client.json'],
    ['http://localhost:7070/hook', 'http://localhost:7070/client.json'],
    ['no address', 'https://newcomer.example/client.json'],
  ])('%s is told nothing for %s', async (webhook, clientId) => {
    const world = new World();
    world.add(1, { webhook, clientId });
    await world.round(async () => {
      throw new Error('must not be asked');
    });
    expect(world.problems).toEqual([[1, 'address_refused', true]]);
  });

  test('a program on this computer is told at its registered origin', async () => {
    const world = new World();
    world.add(1, { clientId: 'http://127.0.0.1:7070/client.json' });
    world.add(2, { clientId: 'http://[::1]:7070/client.json' });
    await world.round(async ({ allowLoopback }) => (allowLoopback ? 200 : 500));
    expect(world.delivered_).toEqual([1, 2]);
  });

  test('closing cuts off what is under way, which is sent the next time', async () => {
    const world = new World();
    world.add(1);
    world.add(2);
    let asked = 0;
    const sender = world.sender(async ({ signal }) => {
      asked++;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('closed'))));
    });
    sender.soon();
    await expect.poll(() => asked).toBe(1);
    await sender[Symbol.asyncDispose]();
    expect([asked, world.problems, world.waiting.size]).toEqual([1, [], 2]);
    await world.round(async () => 200);
    expect(world.delivered_).toEqual([1, 2]);
  });

  test('redirects are not success', async () => {
    const world = new World();
    world.add(1);
    await world.round(async () => 302);
    expect(world.problems).toEqual([[1, 'status 302', false]]);
  });
});
