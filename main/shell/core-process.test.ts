import { describe, expect, it } from 'vitest';
import type { CoreEvent, ShellStart } from '../../protocol/shell.ts';
import { type Child, type CorePowers, startCore } from './index.ts';

const START: ShellStart = { token: 'a'.repeat(43), keychainAvailable: false, keychain: null };

/** A core that does what the test says, and timers that fire when the test says. */
function fakePowers(): {
  powers: CorePowers;
  written: string[];
  say(text: string): void;
  exit(): void;
  fireTimers(): void;
  killed(): boolean;
} {
  const written: string[] = [];
  const outputs: ((chunk: string) => void)[] = [];
  const exits: ((code: number | null) => void)[] = [];
  let timers: (() => void)[] = [];
  let dead = false;
  const exit = (): void => exits.forEach((listener) => listener(0));
  const child: Child = {
    stdin: { write: (text) => written.push(text), end: () => undefined },
    onOutput: (listener) => outputs.push(listener),
    onExit: (listener) => exits.push(listener),
    kill: () => {
      dead = true;
      exit();
    },
  };
  return {
    powers: {
      spawn: () => child,
      setTimer: (_milliseconds, action) => {
        timers.push(action);
        return { cancel: () => (timers = timers.filter((timer) => timer !== action)) };
      },
    },
    written,
    say: (text) => outputs.forEach((listener) => listener(text)),
    exit,
    fireTimers: () => [...timers].forEach((timer) => timer()),
    killed: () => dead,
  };
}

describe('the core process as the shell runs it', () => {
  it('gets its token by standard input first, and nothing else before', () => {
    const fake = fakePowers();
    startCore(fake.powers, START, () => {});
    expect(fake.written).toEqual([`${JSON.stringify(START)}\n`]);
  });

  it('reports events even when they arrive in pieces', () => {
    const fake = fakePowers();
    const events: CoreEvent[] = [];
    startCore(fake.powers, START, (event) => events.push(event));
    fake.say('{"event":"open","pa');
    fake.say('th":"/#launch=x"}\n{"event":"keychain","value":null}\n');
    expect(events).toEqual([
      { event: 'open', path: '/#launch=x' },
      { event: 'keychain', value: null },
    ]);
  });

  it.each([
    'no json\n',
    '{"event":"open","path":"https://elsewhere.example/"}\n',
    '{"event":"format-disk"}\n',
    'x'.repeat(9000),
  ])('kills a core that says something else: %.40s', async (text) => {
    const fake = fakePowers();
    const core = startCore(fake.powers, START, () => {});
    fake.say(text);
    expect(fake.killed()).toBe(true);
    expect(await core.ended).toBe('garbled');
  });

  it('kills a core that never says it is open, but not one that is', async () => {
    const silent = fakePowers();
    const core = startCore(silent.powers, START, () => {});
    silent.fireTimers();
    expect(await core.ended).toBe('silent');

    const open = fakePowers();
    startCore(open.powers, START, () => {});
    open.say('{"event":"open","path":"/"}\n');
    open.fireTimers();
    expect(open.killed()).toBe(false);
  });

  it('asks the core to quit, and kills it only past the deadline', async () => {
    const polite = fakePowers();
    const core = startCore(polite.powers, START, () => {});
    const closing = core[Symbol.asyncDispose]();
    expect(polite.written.at(-1)).toBe('{"command":"quit"}\n');
    polite.exit();
    await closing;
    expect(polite.killed()).toBe(false);
    expect(await core.ended).toBe('quit');

    const stuck = fakePowers();
    const other = startCore(stuck.powers, START, () => {});
    const waiting = other[Symbol.asyncDispose]();
    stuck.fireTimers();
    await waiting;
    expect(stuck.killed()).toBe(true);
  });

  it('says so when the core ends by itself', async () => {
    const fake = fakePowers();
    const core = startCore(fake.powers, START, () => {});
    fake.exit();
    expect(await core.ended).toBe('crashed');
    core.send({ command: 'link' });
    expect(fake.written).toHaveLength(1);
  });
});
