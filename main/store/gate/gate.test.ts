import { expect, test } from 'vitest';
import { prepareRecord } from '../../records/index.ts';
import { note, openRecords, START } from '../../records/testing.ts';
import { openTestFile } from '../testing.ts';

const GRANT = 'g'.repeat(22);
const STREAM = { grant: GRANT, clause: 'posts', datatype: 'social.post' as const };
const FOLLOW = { phase: 'follow' as const, place: null, seq: 0 };

test('008-gate: what was there before stays; keys, streams and ledger hold what they must', async () => {
  await using open = await openTestFile();
  const { sqlite } = open.connection;
  await open.migrateTo('007-contracts');
  sqlite.exec(`insert into setting values ('theme', '"dark"', 5)`);
  await open.migrateTo('008-gate');
  expect(sqlite.prepare('select key from setting').all()).toEqual([{ key: 'theme' }]);
  expect(() => sqlite.exec(`insert into grant_key values ('g', x'00')`)).toThrow('CHECK');
  const stream = (phase: string): void => {
    sqlite.exec(`insert into change_stream values (null, 'g', 'c', 'social.post', 't', '${phase}', null, 0)`);
  };
  expect(() => stream('other')).toThrow('CHECK');
  stream('list');
  expect(() => stream('list')).toThrow('UNIQUE');
  const delivery = sqlite.prepare(`insert into delivery values (?, ?, 1, null, 0, ?, null)`);
  delivery.run(1, 5, 1);
  expect(() => delivery.run(1, 6, 1)).toThrow('UNIQUE');
  expect(() => delivery.run(2, 6, 2)).toThrow('FOREIGN KEY');
  sqlite.exec('delete from change_stream');
  expect(sqlite.prepare('select * from delivery').all()).toEqual([]);
});

test('a key is made once, and forgotten with all else of its contract', async () => {
  await using locker = await openRecords();
  const { store } = locker;
  expect(await store.read('gate.key', { grant: GRANT })).toBeNull();
  const made = await store.write('gate.makeKey', { grant: GRANT, key: new Uint8Array(32).fill(1) });
  expect(await store.write('gate.makeKey', { grant: GRANT, key: new Uint8Array(32).fill(2) })).toEqual(made);
  expect(await store.read('gate.key', { grant: GRANT })).toEqual(made);
  const first = await store.write('gate.aggregateDay', { grant: GRANT, day: 20_000 });
  await locker.import('r', [note(1)]);
  expect(await store.write('gate.aggregateDay', { grant: GRANT, day: 20_000 })).toBe(first);
  expect(await store.write('gate.aggregateDay', { grant: GRANT, day: 20_001 })).toBeGreaterThan(first);
  await store.write('gate.openStream', { ...STREAM, terms: 't' });
  await store.write('gate.forget', { grant: GRANT });
  const rows = locker.rows();
  expect([rows['grant_key'], rows['aggregate_day'], rows['change_stream']]).toEqual([undefined, undefined, undefined]);
});

test('changes get numbers by clause; other terms begin a stream again, and its ledger stays', async () => {
  await using locker = await openRecords();
  const { store } = locker;
  const posts = await store.write('gate.openStream', { ...STREAM, terms: 't' });
  const persons = await store.write('gate.openStream', { ...STREAM, datatype: 'social.person', terms: 't' });
  const put = (ref: number) => ({ kind: 'put' as const, key: { ref, identity: 1 }, digest: `d${ref}` });
  const deliver = (stream: number, ...changes: ReturnType<typeof put>[]) =>
    store.write('gate.deliver', { stream, changes, state: FOLLOW });
  expect(await deliver(posts.num, put(7), put(3))).toBe(1);
  expect(await deliver(persons.num, put(7))).toBe(3);
  expect(await deliver(posts.num, put(7))).toBe(4);
  const changes = await store.read('gate.changes', { stream: posts.num, after: 0, limit: 10 });
  expect(changes.map(({ ref, n }) => [ref, n])).toEqual([
    [3, 2],
    [7, 4],
  ]);
  expect(await store.read('gate.changes', { stream: posts.num, after: 2, limit: 10 })).toHaveLength(1);
  await store.write('gate.openStream', { ...STREAM, terms: 'other' });
  const [, again] = await store.read('gate.streams', { grant: GRANT, clause: 'posts' });
  expect(again).toMatchObject({ num: posts.num, terms: 'other', phase: 'sweep' });
  expect(await store.read('gate.holdings', { stream: posts.num, after: { ref: 3, identity: 1 }, limit: 9 })).toEqual([
    { ref: 7, identity: 1 },
  ]);
});

test('what fell out of the bounds of a window is found by the time it had', async () => {
  await using locker = await openRecords();
  const { store } = locker;
  const notes = [1, 2, 3, 4].map((number) => note(number));
  await locker.import('r', notes);
  const { num: stream } = await store.write('gate.openStream', { ...STREAM, terms: 't' });
  const keys = notes.map((one) => {
    const { ref, identity } = prepareRecord(one);
    return { ref, identity };
  });
  const changes = keys.slice(0, 3).map((key) => ({ kind: 'put' as const, key, digest: 'd' }));
  await store.write('gate.deliver', { stream, changes, state: FOLLOW });
  const ask = async (since: number | null = null, until: number | null = null) => {
    const found = await store.read('gate.outside', { stream, since, until });
    return found.map(({ ref }) => keys.findIndex((key) => key.ref === ref) + 1).sort();
  };
  expect(await ask()).toEqual([]);
  expect(await ask(START + 2 * 60_000)).toEqual([1]);
  expect(await ask(null, START + 2 * 60_000)).toEqual([2, 3]);
  const [first = { ref: 0, identity: 0 }] = keys;
  await store.write('gate.given', { stream, given: [{ key: first, digest: null }], dropped: [] });
  expect(await ask(START + 3 * 60_000)).toEqual([2]);
});
