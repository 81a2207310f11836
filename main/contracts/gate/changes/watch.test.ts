import { describe, expect, test } from 'vitest';
import type { ChangePage } from '../../../../protocol/service/records.ts';
import { note, noteUri } from '../../../records/testing.ts';
import type { Answer } from '../../service-access.ts';
import { codeOf, told } from '../testing/answers.ts';
import { clause } from '../testing/clauses.ts';
import { openGated, type GatedLocker } from '../testing/gated-locker.ts';

const QUERY = { clause: 'posts', limit: 100 };

async function watching(gated: GatedLocker, signal?: AbortSignal) {
  const caller = signal === undefined ? gated.caller : { ...gated.caller, signal };
  const watch = gated.gate.watch(caller, QUERY);
  const pages = watch[Symbol.asyncIterator]();
  const next = async (): Promise<Answer | null> => {
    const result = await pages.next();
    return result.done === true ? null : result.value;
  };
  const toldNext = async (): Promise<string[]> => {
    const answer = await next();
    if (answer?.kind !== 'answered') throw new Error(answer === null ? 'ended' : codeOf(answer));
    return told((answer.value as ChangePage).changes);
  };
  return { ended: watch.ended, next, toldNext };
}

describe('a change stream', () => {
  test('tells what is there, then each change; nothing of what the clause does not cover', async () => {
    await using gated = await openGated();
    const { locker, grants } = gated;
    await locker.import('r', [note(1)]);
    const { toldNext } = await watching(gated);
    expect(await toldNext()).toEqual(['put Note 1']);
    const second = toldNext();
    await locker.records.edit(await locker.idOf(noteUri(1)), { summary: 'not covered' });
    await locker.import('r', [note(2)]);
    expect(await second).toEqual(['put Note 2']);
    const third = toldNext();
    await locker.records.delete([await locker.idOf(noteUri(1))]);
    expect(await third).toEqual(['remove']);
    expect(grants.log.map(({ outcome, rows }) => [outcome, rows])).toEqual([
      ['answered', 1],
      ['answered', 1],
      ['answered', 1],
    ]);
  });

  test('acceptance 1: withdrawing during a stream stops it', async () => {
    await using gated = await openGated();
    const { grants } = gated;
    const { next, ended } = await watching(gated);
    expect(codeOf((await next()) ?? {})).toBe('answered');
    const waiting = next();
    const started = performance.now();
    grants.set([clause()], 'withdrawn');
    expect(codeOf((await waiting) ?? {})).toBe('grant_over');
    expect(performance.now() - started).toBeLessThan(1000);
    expect(await next()).toBeNull();
    expect(ended.aborted).toBe(true);
    expect(grants.log.at(-1)).toMatchObject({ outcome: 'stopped', reason: 'grant_over' });
  });

  test('is told to end at once where its consumer takes no more pages', async () => {
    await using gated = await openGated();
    const { grants, locker } = gated;
    await locker.import('r', [note(1)]);
    const { next, ended } = await watching(gated);
    await next();
    const over = Promise.withResolvers<void>();
    ended.addEventListener('abort', () => over.resolve());
    grants.set([clause()], 'paused');
    await over.promise;
    // A change that came before is not told any more.
    await locker.import('r', [note(2)]);
    expect(codeOf((await next()) ?? {})).toBe('paused');
  });

  test('ends when its contract is limited, and when its clause is over by the clock or gone', async () => {
    await using gated = await openGated();
    const { grants } = gated;
    const limited = await watching(gated);
    await limited.next();
    const ends = limited.next();
    grants.set([clause({ fields: ['content'] })]);
    expect(await ends).toBeNull();
    expect(grants.log.at(-1)).toMatchObject({ outcome: 'stopped', reason: null });

    const gone = await watching(gated);
    await gone.next();
    grants.set([clause({ clause_id: 'other' })]);
    expect(codeOf((await gone.next()) ?? {})).toBe('clause_not_granted');

    grants.set([clause({ validity: { until: new Date(gated.clock + 20).toISOString(), renewal: 'none' } })]);
    const short = await watching(gated);
    await short.next();
    const last = short.next();
    gated.clock += 20;
    expect(codeOf((await last) ?? {})).toBe('clause_expired');
  });

  test('ends with its request, and with the locker', async () => {
    await using gated = await openGated();
    const abort = new AbortController();
    const mine = await watching(gated, abort.signal);
    await mine.next();
    const waiting = mine.next();
    abort.abort();
    expect(await waiting).toBeNull();

    const locked = await watching(gated);
    await locked.next();
    const last = locked.next();
    await gated.gate[Symbol.asyncDispose]();
    expect(codeOf((await last) ?? {})).toBe('locked');
    expect(locked.ended.aborted).toBe(true);
  });

  test('is refused where a page would be', async () => {
    await using gated = await openGated();
    gated.grants.set([clause({ actions: ['read'] })]);
    const { next } = await watching(gated);
    expect(codeOf((await next()) ?? {})).toBe('action_not_granted');
    expect(await next()).toBeNull();
  });

  test('reads nothing ahead of its consumer', async () => {
    let reads = 0;
    await using gated = await openGated();
    const { locker } = gated;
    await locker.import('r', [note(1)]);
    const { read } = locker.store;
    Object.assign(locker.store, {
      read(...args: Parameters<typeof read>) {
        if (args[0] === 'gate.streams') reads++;
        return read(...args);
      },
    });
    const { next, toldNext } = await watching(gated);
    await next();
    const before = reads;
    for (const number of [2, 3, 4]) await locker.import('r', [note(number)]);
    expect(reads).toBe(before);
    expect((await toldNext()).sort()).toEqual(['put Note 2', 'put Note 3', 'put Note 4']);
  });
});
