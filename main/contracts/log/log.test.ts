import { describe, expect, test } from 'vitest';
import type { LogRow, Store } from '../../store/index.ts';
import { DAY, NOON, openTestContracts, postsClause, testService } from '../grants/testing.ts';
import { createAccessLog } from './access-log.ts';
import { tightened, usedBy } from './tighten.ts';

const ROW: LogRow = {
  grant: 'A'.repeat(22),
  at: NOON,
  clause: 'posts',
  action: 'query',
  datatype: 'social.post',
  fields: ['content'],
  rows: 3,
  bytes: 30,
  outcome: 'answered',
  reason: null,
  revision: 1,
  oldest: NOON - 10 * DAY,
};

/** A store that writes when it is told to. */
function slowStore(): { store: Pick<Store, 'write'>; batches: LogRow[][]; end(error?: Error): void } {
  const batches: LogRow[][] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const write = (_name: string, rows: LogRow[]): Promise<void> => {
    batches.push(rows);
    return new Promise((resolve, reject) => ends.push({ resolve, reject }));
  };
  return {
    store: { write } as unknown as Pick<Store, 'write'>,
    batches,
    end(error) {
      const next = ends.shift();
      if (error === undefined) next?.resolve();
      else next?.reject(error);
    },
  };
}

describe('the group commit', () => {
  test('takes what comes together as one, and waits for a commit under way five milliseconds at most', async () => {
    const { store, batches, end } = slowStore();
    const log = createAccessLog(store);
    const done: number[] = [];
    const add = (rows: number): void => void log.append({ ...ROW, rows }).then(() => done.push(rows));
    add(1);
    add(2);
    await expect.poll(() => batches.map((batch) => batch.length)).toEqual([2]);
    expect(done).toEqual([]);
    add(3);
    const since = performance.now();
    await expect.poll(() => batches.length, { interval: 1 }).toBe(2);
    expect(performance.now() - since).toBeLessThan(200);
    end();
    await expect.poll(() => done).toEqual([1, 2]);
    end();
    await log.idle();
    expect(done).toEqual([1, 2, 3]);
  });

  test('waits five milliseconds at most for rows that are to come, and not at all for the last', async () => {
    const { store, batches, end } = slowStore();
    const log = createAccessLog(store);
    const sizes = (): number[] => batches.map((batch) => batch.length);
    void log.append(ROW, true);
    void log.append(ROW, true);
    await expect.poll(sizes, { interval: 1 }).toEqual([2]);
    void log.append(ROW, true);
    end();
    await Promise.resolve();
    void log.append(ROW, true);
    await expect.poll(sizes, { interval: 1 }).toEqual([2, 2]);
    end();
    void log.append(ROW, true);
    void log.append(ROW);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sizes()).toEqual([2, 2, 2]);
    end();
    await log.idle();
  });

  test('that fails for one row keeps the others', async () => {
    const { store, batches, end } = slowStore();
    const log = createAccessLog(store);
    const results = Promise.allSettled([log.append(ROW), log.append({ ...ROW, rows: 9 })]);
    await expect.poll(() => batches.length).toBe(1);
    end(new Error('one of them'));
    await expect.poll(() => batches.length).toBe(2);
    end();
    await expect.poll(() => batches.length).toBe(3);
    end(new Error('this one'));
    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });
});

describe('tightening', () => {
  const clause = postsClause({ actions: ['query', 'read'] });
  const use = { clause: 'posts', action: 'query', datatype: 'social.post', requests: 1 };

  test('leaves just what was used, and is nothing where all or nothing was', () => {
    const used = usedBy(
      [clause],
      [
        { ...use, fields: ['content'], rows: 2, oldest: NOON - DAY },
        { ...use, action: 'count', fields: ['published'], rows: 0, oldest: null },
      ],
    );
    expect(used).toMatchObject([{ fields: ['content', 'published'], actions: ['query'], rows: 2, oldest: NOON - DAY }]);
    const since = new Date(NOON - 1.5 * DAY).toISOString().replace('.000Z', 'Z');
    expect(tightened({ clauses: [clause], limits: [] }, used)).toEqual([
      { clause_id: 'posts', off: false, fields: ['content', 'published'], actions: ['query'], window: { since } },
    ]);
    expect(tightened({ clauses: [clause], limits: [] }, usedBy([clause], []))).toBeNull();
    const all = usedBy(
      [clause],
      ['query', 'read'].map((action) => ({ ...use, action, fields: clause.fields, rows: 1, oldest: null })),
    );
    expect(tightened({ clauses: [clause], limits: [] }, all)).toBeNull();
  });

  test('switches off a clause that was not used, and keeps other limits', () => {
    const other = postsClause({ clause_id: 'other' });
    const used = usedBy([clause, other], [{ ...use, fields: clause.fields, rows: 1, oldest: null }]);
    const limits = [
      { clause_id: 'posts', off: false, per_hour: 3 },
      { clause_id: 'gone', off: true },
    ];
    expect(tightened({ clauses: [clause, other], limits }, used)).toEqual([
      { clause_id: 'gone', off: true },
      { clause_id: 'posts', off: false, per_hour: 3, actions: ['query'] },
      { clause_id: 'other', off: true },
    ]);
  });

  test('fits the contract that it was made for', async () => {
    const service = await testService();
    await using open = await openTestContracts([service]);
    const id = await open.grant(service);
    await open.contracts.grants.appendLog({ ...ROW, grant: id });
    const { owner } = open.contracts;
    const page = (await owner.service((await owner.services()).items[0]?.service.id ?? '')).grants[0];
    expect(page).toMatchObject({
      used: [{ clauseId: 'posts', fields: ['content'], rows: 3, oldest: new Date(NOON - 10 * DAY).toISOString() }],
      days: [{ requests: 1, refused: 0, rows: 3, bytes: 30 }],
      summary: { lastUsed: new Date(NOON).toISOString() },
    });
    const after = await owner.setLimits(id, page?.tighten ?? []);
    expect(after.clauses).toMatchObject([{ clause: { fields: ['content'], actions: ['query'] } }]);
    expect(after.tighten).toBeNull();
  });
});
