import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import type { Batch } from '../../protocol/batch.ts';
import type { RunRequest, Tier } from '../../protocol/sandbox-run.ts';
import { OUT_HEADER_BYTES, padded, type FromChild, type ToChild } from '../../protocol/sandbox-wire.ts';
import { createSandboxHost, type Loss, type SandboxHost } from './index.ts';
import type { Powers } from './powers.ts';

type Answer = (message: Extract<ToChild, { type: 'run' }>, child: FakeChild) => void;

/** A process that only exists as two streams, and answers as a test wishes. */
class FakeChild {
  readonly received: ToChild[] = [];
  readonly input = new PassThrough();
  readonly output = new PassThrough();
  readonly command: readonly string[];
  readonly answer: Answer;
  killed = false;
  /** Whether it answers when it is to rehearse. */
  rehearses = true;
  #tell: () => void = () => undefined;
  #gone = false;
  #pending = Buffer.alloc(0);

  constructor(command: readonly string[], answer: Answer) {
    this.command = command;
    this.answer = answer;
    this.input.on('data', (chunk: Buffer) => this.#read(chunk));
    this.say({ type: 'ready', permission: true });
  }
  onGone(listener: () => void): void {
    this.#tell = listener;
    if (this.#gone) listener();
  }
  exit(): void {
    if (this.#gone) return;
    this.#gone = true;
    queueMicrotask(() => this.#tell());
  }
  say(message: FromChild | Record<string, unknown>, payload = Buffer.alloc(0), announced = payload.length): void {
    const header = Buffer.from(JSON.stringify(message));
    const head = Buffer.alloc(8 + padded(header.length));
    head.writeUInt32LE(header.length, 0);
    head.writeUInt32LE(announced, 4);
    head.set(header, 8);
    this.output.write(Buffer.concat([head, payload]));
  }
  #read(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 8) {
      const header = this.#pending.readUInt32LE(0);
      const end = 8 + padded(header) + this.#pending.readUInt32LE(4);
      if (this.#pending.length < end) return;
      const message = JSON.parse(this.#pending.subarray(8, 8 + header).toString()) as ToChild;
      this.#pending = this.#pending.subarray(end);
      this.received.push(message);
      if (message.type === 'warm' && (this.rehearses || message.rehearse === undefined))
        this.say({ type: 'warmed', spares: message.spares });
      if (message.type === 'run') this.answer(message, this);
    }
  }
}

/** A good answer to `score`: zeros. */
const good: Answer = (message, child) => {
  const payload = Buffer.alloc(OUT_HEADER_BYTES + message.shape.n * 8);
  child.say({ type: 'done', id: message.id, spares: 0 }, payload);
};

function batch(n = 4): Batch {
  return { n, f64: { replies: new Float64Array(n) }, u32: {}, u8: {}, author: { n: 0, f64: {}, u32: {}, u8: {} } };
}

function ask(over: Partial<RunRequest<'score'>> = {}): RunRequest<'score'> {
  return {
    hash: 'a',
    code: 'code of a',
    tier: 'fast',
    call: 'score',
    settings: {},
    batch: batch(),
    batchDigest: 'one',
    ctx: { now: 0, seed: 1, owner: {}, apiVersion: 1 },
    shape: { n: 4, maxDecisions: 0, argStride: 0, reasons: 0, contributions: 0 },
    deadlineMs: 200,
    memoryMb: 64,
    ...over,
  };
}

describe('the sandbox host', () => {
  let host: SandboxHost;
  let children: FakeChild[] = [];
  let losses: Loss[] = [];
  afterEach(() => host[Symbol.asyncDispose]());

  function open(answer: Answer, start: (child: FakeChild) => void = () => undefined, fastProcesses = 1): void {
    children = [];
    losses = [];
    const powers: Powers = {
      clock: () => performance.now(),
      resident: () => Promise.resolve(undefined),
      spawn(command) {
        const child = new FakeChild(command, answer);
        children.push(child);
        start(child);
        const { input, output } = child;
        return {
          pid: 1,
          input,
          output,
          onGone: (listener) => child.onGone(listener),
          killGroup() {
            child.killed = true;
            child.exit();
          },
        };
      },
    };
    const program = { node: 'node', entry: 'entry', addon: 'addon' };
    host = createSandboxHost({ powers, program, wall: 'none', fastProcesses, onLoss: (loss) => losses.push(loss) });
  }
  const typesOf = (child: FakeChild | undefined): string[] =>
    (child?.received ?? []).map((message) => message.type).filter((type) => type !== 'warm');

  it('sends code and batch once, then only runs', async () => {
    open(good);
    expect(await host.run(ask())).toMatchObject({ ok: true, out: { score: new Float64Array(4) } });
    await host.run(ask());
    await host.run(ask({ batchDigest: 'two' }));
    await host.run(ask({ batchDigest: 'one', hash: 'b' }));
    expect(typesOf(children[0])).toEqual(['code', 'batch', 'run', 'run', 'batch', 'run', 'code', 'run']);
  });

  it('shares what comes at once among its processes, a run at a time each', async () => {
    open(good, undefined, 2);
    const all = await Promise.all([1, 2, 3, 4, 5].map((n) => host.run(ask({ hash: `h${n}` }))));
    expect(all.every((result) => result.ok)).toBe(true);
    const runs = children.map((child) => child.received.filter((message) => message.type === 'run').length);
    expect(runs.reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(children.filter((child) => child.received.length > 0).length).toBe(2);
  });

  it('kills what does not answer in time, and goes on with another process', async () => {
    open((message, child) => (message.hash === 'slow' ? undefined : good(message, child)));
    const slow = host.run(ask({ hash: 'slow' }));
    const next = host.run(ask());
    expect(await slow).toMatchObject({ ok: false, reason: 'deadline' });
    expect(await next).toMatchObject({ ok: true });
    expect(children[0]?.killed).toBe(true);
    expect(losses).toMatchObject([{ tier: 'fast', why: 'deadline' }]);
  });

  it.each<[string, Answer]>([
    ['another run’s answer', (message, child) => child.say({ type: 'done', id: message.id + 1, spares: 0 })],
    ['another kind of answer', (_, child) => child.say({ type: 'warmed', spares: 0 })],
    ['a message that does not exist', (_, child) => child.say({ type: 'tell', text: 'all' })],
    [
      'more in the message than allowed',
      (message, child) => child.say({ type: 'done', id: message.id, spares: 0, text: 'a secret' }),
    ],
    [
      'a payload announced larger than the output can be',
      (message, child) => child.say({ type: 'done', id: message.id, spares: 0 }, Buffer.alloc(0), 4_000_000_000),
    ],
    ['bytes that are no frame', (_, child) => child.output.write(Buffer.alloc(64, 0xff))],
    [
      'a header that is no JSON',
      (_, child) => child.output.write(Buffer.from([8, 0, 0, 0, 0, 0, 0, 0, ...Buffer.alloc(8)])),
    ],
  ])('kills a process that sends %s', async (_, answer) => {
    open(answer);
    expect(await host.run(ask())).toMatchObject({ ok: false, reason: 'frame' });
    expect(children[0]?.killed).toBe(true);
  });

  it('kills a process that speaks without being asked', async () => {
    open(good);
    await host.run(ask());
    children[0]?.say({ type: 'warmed', spares: 1 });
    await expect.poll(() => children[0]?.killed).toBe(true);
    expect(await host.run(ask())).toMatchObject({ ok: true });
  });

  it('tells an exit from a late answer', async () => {
    open((_, child) => child.exit());
    expect(await host.run(ask())).toMatchObject({ ok: false, reason: 'exit' });
  });

  it('kills a hardened process before another algorithm’s data goes in', async () => {
    open(good);
    const hardened = (hash: string): RunRequest<'score'> => ask({ tier: 'hardened' satisfies Tier, hash });
    for (const hash of ['a', 'b', 'c', 'a', 'c']) expect(await host.run(hardened(hash))).toMatchObject({ ok: true });
    for (const child of children) {
      const served = new Set(child.received.flatMap((message) => (message.type === 'run' ? [message.hash] : [])));
      expect(served.size).toBeLessThanOrEqual(1);
    }
    const all = children.flatMap((child) => child.command);
    expect(all).toContain('--jitless');
  });

  it('answers that the sandbox is unavailable when no process comes up', async () => {
    open(good, (child) => {
      child.output.pause();
      child.exit();
    });
    expect(await host.run(ask())).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(host.level().note).toContain('could not be started');
  });

  it('answers when a request cannot be put into a frame, and when no process can be spawned', async () => {
    open(good);
    const odd = { weight: 1n } as unknown as RunRequest['settings'];
    expect(await host.run(ask({ settings: odd }))).toMatchObject({ ok: false, reason: 'unavailable' });
    expect(await host.run(ask())).toMatchObject({ ok: true });
    expect(typesOf(children[0])).toEqual(['code', 'batch', 'run']);
    await host[Symbol.asyncDispose]();
    open(good, () => {
      throw new Error('no more processes');
    });
    expect(await host.run(ask())).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  const rehearsalsOf = (child: FakeChild | undefined): unknown[] =>
    (child?.received ?? []).flatMap((message) =>
      message.type === 'warm' && message.rehearse !== undefined ? [message.rehearse] : [],
    );

  it('has the fast tier rehearse what ran, once until it runs again, and the other tier nothing', async () => {
    open(good);
    await host.run(ask());
    const first = { hash: 'a', call: 'score', settings: {} };
    await expect.poll(() => rehearsalsOf(children[0])).toEqual([first]);
    await host.run(ask({ hash: 'b', settings: { weight: 2 } }));
    const second = { hash: 'b', call: 'score', settings: { weight: 2 } };
    await expect.poll(() => rehearsalsOf(children[0])).toEqual([first, second]);
    await host.run(ask());
    await expect.poll(() => rehearsalsOf(children[0])).toEqual([first, second, first]);
    await host.run(ask({ tier: 'hardened' }));
    const spares = (child: FakeChild): boolean => child.received.some((message) => message.type === 'warm');
    await expect.poll(() => children.filter((child) => typesOf(child).length > 0).every(spares)).toBe(true);
    expect(children.slice(1).flatMap(rehearsalsOf)).toEqual([]);
  });

  it('kills a process that does not come back from a rehearsal, and never rehearses that again', async () => {
    open(good, (child) => (child.rehearses = false));
    await host.run(ask());
    await expect.poll(() => children[0]?.killed, { timeout: 5000 }).toBe(true);
    expect(losses).toMatchObject([{ tier: 'fast', why: 'deadline' }]);
    expect(await host.run(ask())).toMatchObject({ ok: true });
    await host.run(ask({ hash: 'b' }));
    const later = (): unknown[] => children.slice(1).flatMap(rehearsalsOf);
    await expect.poll(later).toEqual([{ hash: 'b', call: 'score', settings: {} }]);
  });

  it('says which limits a process starts with', async () => {
    open(good);
    await host.ready();
    const command = children[0]?.command.join(' ') ?? '';
    for (const flag of ['--permission', '--allow-fs-read=entry', '--allow-fs-read=addon', '--no-node-snapshot']) {
      expect(command).toContain(flag);
    }
    expect(command).not.toMatch(/--allow-(fs-write|child-process|worker|net|wasi|inspector)/);
    expect(host.level()).toMatchObject({ wall: 'none', permission: true });
  });
});
