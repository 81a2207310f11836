import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { prepareRecord } from '../../records/index.ts';
import { emptyRun, note } from '../../records/testing.ts';
import { openServiceReaderHere } from '../../store/testing.ts';
import { openTestContracts, testService, type TestContracts } from '../grants/testing.ts';
import type { Caller } from '../service-access.ts';
import { createGate, type Gate } from './gate.ts';
import { answered, codeOf, items } from './testing/answers.ts';
import { clause } from './testing/clauses.ts';

/** The gate over contracts as the owner makes them, with their log in the store. */
async function opened(parts: Parameters<typeof clause>[0]) {
  const service = await testService(undefined, [clause(parts)]);
  const test = await openTestContracts([service]);
  const grantId = await test.grant(service);
  await test.store.write('records.createRun', emptyRun('r'));
  await test.store.write('records.upsertBatch', {
    run: 'r',
    records: Array.from({ length: 9 }, (_, i) => prepareRecord(note(i + 1))),
  });
  const caller: Caller = { grantId, clientId: service.clientId, signal: new AbortController().signal };
  return { test, caller };
}

function gateOver({ store, contracts, clock, faults }: TestContracts): Gate & AsyncDisposable {
  const reader = openServiceReaderHere(store.file, store.key);
  const gate = createGate({
    grants: contracts.grants,
    store,
    reader,
    now: () => clock.now,
    randomBytes,
    onFault: (error) => faults.push(error),
  });
  return {
    ...gate,
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]();
      await reader[Symbol.asyncDispose]();
    },
  };
}

const LIST = { clause: 'posts', limit: 3 };

test('rates survive a restart: they are counted from the log', async () => {
  const { caller, ...made } = await opened({ rate: { per_hour: 4, rows_per_day: 100 } });
  await using test = made.test;
  {
    await using gate = gateOver(test);
    for (let i = 0; i < 3; i++) expect(items(await gate.list(caller, 'social.post', LIST))).toHaveLength(3);
    expect(codeOf(await gate.list(caller, 'social.message', LIST))).toBe('datatype_not_granted');
    expect(codeOf(await gate.list(caller, 'social.post', LIST))).toBe('rate_exceeded');
  }
  await test.reopen();
  await using gate = gateOver(test);
  const over = await gate.list(caller, 'social.post', LIST);
  expect(over).toMatchObject({ kind: 'refused', error: { code: 'rate_exceeded' }, rate: { limit: 4, remaining: 0 } });
  test.clock.now += 3_600_000;
  expect((await gate.list(caller, 'social.post', LIST)).rate).toMatchObject({ limit: 4, remaining: 3 });
  expect(test.faults).toEqual([]);
});

test('withdrawing ends what is asked and what streams, and is in the log', async () => {
  const { caller, ...made } = await opened({});
  await using test = made.test;
  await using gate = gateOver(test);
  const stream = gate.watch(caller, { clause: 'posts', limit: 100 })[Symbol.asyncIterator]();
  expect(codeOf((await stream.next()).value ?? {})).toBe('answered');
  const waiting = stream.next();
  const started = performance.now();
  await test.contracts.owner.withdrawGrant(caller.grantId);
  expect(codeOf((await waiting).value ?? {})).toBe('grant_over');
  expect(performance.now() - started).toBeLessThan(1000);
  expect(codeOf(await gate.list(caller, 'social.post', LIST))).toBe('grant_over');
  const log = await test.store.read('contracts.logPage', { limit: 10 });
  expect(log.map(({ outcome, reason, rows }) => [outcome, reason, rows])).toEqual([
    ['refused', 'grant_over', 0],
    ['stopped', 'grant_over', 0],
    ['answered', null, 9],
  ]);
  await expect.poll(async () => test.store.read('gate.key', { grant: caller.grantId })).toBeNull();
});

test('limits are in force for the next request, and the service sees its receipts', async () => {
  const { caller, ...made } = await opened({});
  await using test = made.test;
  await using gate = gateOver(test);
  const before = answered(await gate.list(caller, 'social.post', LIST));
  await test.contracts.owner.setLimits(caller.grantId, [{ clause_id: 'posts', off: false, fields: ['content'] }]);
  const after = answered(await gate.list(caller, 'social.post', LIST));
  expect([before.revision, after.revision]).toEqual([1, 2]);
  expect(after.json).not.toContain('published');
  expect(codeOf(await gate.list(caller, 'social.post', { ...LIST, fields: 'published' }))).toBe('field_not_granted');
  const receipts = answered(await gate.receipts(caller));
  expect(receipts.value.items.map(({ receipt }) => receipt.event)).toEqual(['granted', 'limited']);
  expect(answered(await gate.grant(caller)).value.authorization_details[0]?.fields).toEqual(['content']);
});
