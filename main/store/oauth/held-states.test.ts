import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../testing.ts';
import { createHeldStates } from './held-states.ts';
import type { KeptState } from './oauth-operations.ts';

const CONTRACT = 'a'.repeat(22);
const key = createHash('sha256').update('token').digest('base64url');

async function put(store: TestStore): Promise<void> {
  const state = { key, kind: 'AccessToken', family: 'f', contract: CONTRACT, payload: '{}', expires: 1000 };
  await store.write('oauth.put', state);
}

test('a state is read once from one change to the next, and not after its time', async () => {
  let reads = 0;
  const state: KeptState = { payload: '{}', consumed: null, contract: CONTRACT, expires: 1000 };
  const held = createHeldStates(async ({ key: asked }) => {
    reads++;
    return asked === key ? state : null;
  });
  expect(await held.find({ key, now: 0 })).toBe(state);
  expect(await held.find({ key, now: 999 })).toBe(state);
  expect(await held.find({ key, now: 1000 })).toBeNull();
  expect(reads).toBe(1);
  expect(await held.find({ key: 'other', now: 0 })).toBeNull();
  expect(await held.find({ key: 'other', now: 0 })).toBeNull();
  expect(reads).toBe(3);
  await expect(held.changing(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await held.find({ key, now: 0 });
  expect(reads).toBe(4);
});

test('what was read before a change ended is not held after it', async () => {
  const answer = Promise.withResolvers<KeptState>();
  const answers: (Promise<KeptState> | null)[] = [answer.promise, null];
  const held = createHeldStates(async () => answers.shift() ?? null);
  const early = held.find({ key, now: 0 });
  await held.changing(async () => {});
  answer.resolve({ payload: '{}', consumed: null, contract: CONTRACT, expires: 1000 });
  expect(await early).not.toBeNull();
  expect(await held.find({ key, now: 0 })).toBeNull();
});

const ends: readonly (readonly [string, (store: TestStore) => Promise<unknown>])[] = [
  ['dropped', (store) => store.write('oauth.drop', { key })],
  ['ended with its family', (store) => store.write('oauth.dropFamily', { family: 'f', kind: 'AccessToken' })],
  ['ended with its contract', (store) => store.write('oauth.revokeGrant', { grantId: CONTRACT })],
  ['swept away', (store) => store.write('oauth.sweep', { now: 1000, approvals: 'Grant' })],
];

test.each(ends)('a token that was %s is not found by who asks after that was told', async (_how, end) => {
  await using store = await openTestStore();
  for (let round = 0; round < 20; round++) {
    await put(store);
    await store.read('oauth.find', { key, now: 0 });
    let isOver = false;
    const ending = end(store).then(() => (isOver = true));
    const meanwhile: Promise<unknown>[] = [];
    while (!isOver) {
      meanwhile.push(store.read('oauth.find', { key, now: 0 }));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ending;
    expect(await store.read('oauth.find', { key, now: 0 })).toBeNull();
    await Promise.all(meanwhile);
    expect(await store.read('oauth.find', { key, now: 0 })).toBeNull();
  }
});
