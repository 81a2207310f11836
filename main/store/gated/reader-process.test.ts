import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Plan } from '../../../protocol/contract/plan.ts';
import { writeFrame } from './reader-frames.ts';
import type { ReaderReply } from './reader-messages.ts';
import { startReader, type ReaderProcess } from './reader-process.ts';

const COUNT: Plan = {
  kind: 'count',
  scope: { datatype: 'social.post', conditions: [], since: null, until: null, othersPrivate: true, appendedBy: null },
  words: null,
};

interface Hand {
  readonly reader: ReaderProcess;
  readonly output: PassThrough;
  say(reply: ReaderReply): void;
  end(): void;
  readonly kills: () => number;
}

/** A process that has opened its file and does what the test says. */
async function opened(): Promise<Hand> {
  const output = new PassThrough();
  let gone = (): void => undefined;
  let kills = 0;
  const reader = startReader('x', new Uint8Array(32), {
    input: new PassThrough().resume(),
    output,
    pid: undefined,
    onGone: (listener) => (gone = listener),
    kill: () => kills++,
  });
  const say = (reply: ReaderReply): void => writeFrame(output, Buffer.from(JSON.stringify(reply)), () => undefined);
  say({ ok: true, answer: null });
  await reader.ready;
  return { reader, output, say, end: () => gone(), kills: () => kills };
}

test('a process that answers too late is killed, and the query was too slow', async () => {
  const { reader, kills } = await opened();
  await expect(reader.ask(COUNT, 20)).rejects.toMatchObject({ code: 'query_too_slow' });
  expect([reader.isAlive, kills()]).toEqual([false, 1]);
});

test.each<[string, (hand: Hand) => void]>([
  ['ends by itself', ({ end }) => end()],
  ['answers what nobody understands', ({ output }) => writeFrame(output, Buffer.from('{}'), () => undefined)],
])('a process that %s has failed, which is not the fault of the query', async (_what, act) => {
  const hand = await opened();
  const asked = hand.reader.ask(COUNT, 60_000);
  act(hand);
  await expect(asked).rejects.toMatchObject({ code: 'reader_failed' });
  expect(hand.reader.isAlive).toBe(false);
});
