import { beforeAll, describe, expect, test } from 'vitest';
import type { Bundle } from '../../../protocol/contract/grant.ts';
import { bundleFingerprints, logEntryHash, signBundle, verifyBundle, verifyBundleText } from '../index.ts';
import { exampleBundle, type ExampleBundle } from './testing.ts';

const G = 'Grant AAAAAAAAAAAAAAAAAAAAAA';
const isSoak = process.env['SOAK'] === '1';
let example: ExampleBundle;

beforeAll(async () => {
  example = await exampleBundle();
});

function text(bundle: unknown): string {
  return `${JSON.stringify(bundle)}\n`;
}

type Draft = { -readonly [Name in keyof Bundle]: Bundle[Name] } & { grants: [Bundle['grants'][number]] };

/** The example with something changed by someone without the locker's key. */
function altered(change: (draft: Draft) => void): Bundle {
  const draft = structuredClone(example.bundle) as Draft;
  change(draft);
  return draft;
}

test('acceptance 10: receipts and log verify offline', async () => {
  expect(await verifyBundleText(text(example.bundle))).toEqual({
    intact: true,
    problem: null,
    receipts: 5,
    entries: 2,
  });
  expect(await verifyBundle(example.bundle)).toMatchObject({ intact: true });
});

test('one byte altered anywhere is named', async () => {
  const whole = text(example.bundle);
  for (let place = 0; place < whole.length; place += isSoak ? 1 : 41) {
    for (const other of whole[place] === 'A' ? ['B'] : ['A', ...(isSoak ? [' ', '0', '"', '\\'] : [])]) {
      if (whole[place] === other) continue;
      const verdict = await verifyBundleText(whole.slice(0, place) + other + whole.slice(place + 1));
      expect(verdict, `${place}: ${whole.slice(place - 20, place + 20)}`).toMatchObject({ intact: false });
      expect(verdict.problem).toMatch(/\w/);
    }
  }
}, 600_000);

describe('what was tampered with is named', () => {
  test.each<[string, (draft: Draft) => void]>([
    [`${G}: the offer does not have its digest`, ({ grants: [it] }) => (it.offer['version'] = 9)],
    [`${G}: the signature of the offer does not hold`, ({ grants: [it] }) => (it.client_jwks.keys = [])],
    [
      `${G}: receipt 2 is not what was signed`,
      ({ grants: [it] }) => (it.receipts[1]!.receipt.at = '2026-01-01T00:00:00Z'),
    ],
    [`${G}: the signature of receipt 3 does not hold`, ({ grants: [it] }) => (it.receipts[2]!.jws += 'A')],
    [`${G}: a receipt is missing before receipt 2`, ({ grants: [it] }) => it.receipts.splice(1, 1)],
    [
      'Grant BBBBBBBBBBBBBBBBBBBBBB: receipt 1 is of another grant',
      ({ grants: [it] }) => (it.grant_id = 'BBBBBBBBBBBBBBBBBBBBBB'),
    ],
    [`${G}: there is no receipt`, ({ grants: [it] }) => (it.receipts = [])],
    [
      `${G}: the clauses of revision 1 are not those of receipt 1`,
      ({ grants: [it] }) => it.revisions[0]!.clauses[0]!.fields.push('title'),
    ],
    [`${G}: the clauses of revision 2 are missing`, ({ grants: [it] }) => it.revisions.pop()],
    [
      `${G}: no receipt tells of revision 7`,
      ({ grants: [it] }) => it.revisions.push({ ...it.revisions[0]!, revision: 7 }),
    ],
    [`${G}: log entry 4 does not have its hash`, ({ grants: [it] }) => (it.log[1]!.rows = 4)],
    [`${G}: a log entry is missing before number 5`, ({ grants: [it] }) => rehash(it.log, 1, { number: 5 })],
    [
      `${G}: a log entry is missing before number 4`,
      ({ grants: [it] }) => {
        it.log.shift();
        it.days.pop();
      },
    ],
    [`Not as it was signed: log of grant AAAAAAAAAAAAAAAAAAAAAA`, ({ grants: [it] }) => it.log.shift()],
    [`${G}: the totals of 2026-01-02 are not those of its log`, ({ grants: [it] }) => rehash(it.log, 0, { rows: 1 })],
    [
      `${G}: log entry 4 does not follow the one before it`,
      ({ grants: [it] }) => rehash(it.log, 1, { previous: null }),
    ],
    [
      `${G}: log entry 3 does not follow the day before it`,
      ({ grants: [it] }) => rehash(it.log, 0, { previous: null }),
    ],
    [
      `${G}: log entry 3 is of another grant`,
      ({ grants: [it] }) => rehash(it.log, 0, { grant_id: 'BBBBBBBBBBBBBBBBBBBBBB' }),
    ],
    [`${G}: the totals of 2026-01-01 are not those of its receipt`, ({ grants: [it] }) => (it.days[0]!.rows = 9)],
    [`${G}: the totals of 2026-01-02 are missing`, ({ grants: [it] }) => it.days.pop()],
    [`${G}: the log of 2026-01-02 does not follow the day before it`, ({ grants: [it] }) => (it.days[1]!.first = 4)],
    [`Not as it was signed: log of grant AAAAAAAAAAAAAAAAAAAAAA`, ({ grants: [it] }) => it.log.pop()],
    [`Not as it was signed: log of grant AAAAAAAAAAAAAAAAAAAAAA`, ({ grants: [it] }) => rehash(it.log, 1, { rows: 1 })],
    [`Not as it was signed: receipts of grant AAAAAAAAAAAAAAAAAAAAAA`, ({ grants: [it] }) => it.receipts.pop()],
    [`Not as it was signed: erasure of grant AAAAAAAAAAAAAAAAAAAAAA`, ({ grants: [it] }) => (it.erasure = null)],
    [
      `Not as it was signed: revisions of grant AAAAAAAAAAAAAAAAAAAAAA`,
      ({ grants: [it] }) => (it.revisions[0]!.at = '2025-01-01T00:00:00Z'),
    ],
    ['Not as it was signed: made', (draft) => (draft.made = '2025-01-01T00:00:00Z')],
    ['Not as it was signed: grants', (draft) => (draft as Bundle).grants.pop()],
    ['The signature of the bundle does not hold', (draft) => (draft.sig += 'A')],
    ['Grant AAAAAAAAAAAAAAAAAAAAAA is there twice', (draft) => (draft as Bundle).grants.push(draft.grants[0])],
  ])('%s', async (problem, change) => {
    const verdict = await verifyBundle(altered(change));
    expect(verdict).toMatchObject({ intact: false, problem });
  });

  test('a member that is missing, unknown, or no text', async () => {
    expect(await verifyBundle({ ...example.bundle, sig: undefined })).toMatchObject({
      problem: 'The form of the bundle: sig: Invalid input: expected string, received undefined',
    });
    expect(await verifyBundle({ ...example.bundle, note: 'x' })).toMatchObject({ intact: false });
    const surrogate = altered(({ grants: [it] }) => (it.offer['name'] = '\ud800'));
    expect(await verifyBundle(surrogate)).toMatchObject({
      problem: 'The form of the bundle: a text in it is not Unicode',
    });
    const short = altered(({ grants: [it] }) => Reflect.deleteProperty(it.revisions[0]!.clauses[0]!, 'rate'));
    expect(await verifyBundle(short)).toMatchObject({ problem: 'The form of the bundle: a member is missing' });
    expect(await verifyBundleText('no\n')).toMatchObject({ problem: 'The form of the bundle: it is not JSON' });
    expect(await verifyBundleText(text(example.bundle).replace(',', ', '))).toMatchObject({
      problem: 'The form of the bundle: a byte of the line stands for nothing',
    });
    const open = { problem: 'The form of the file: it does not end with a whole line' };
    expect(await verifyBundleText(JSON.stringify(example.bundle))).toMatchObject(open);
    expect(await verifyBundleText('')).toMatchObject(open);
  });
});

test('who rewrites everything with another key is found by the fingerprint of the right one', async () => {
  const [right = ''] = await bundleFingerprints(example.bundle);
  expect(await verifyBundle(example.bundle, right)).toMatchObject({ intact: true });
  const forged = (await exampleBundle()).bundle;
  expect(await verifyBundle(forged)).toMatchObject({ intact: true });
  expect(await verifyBundle(forged, right)).toMatchObject({
    problem: 'The keys: none has the fingerprint that you trust',
  });
  expect(await bundleFingerprints({})).toEqual([]);
});

test('an empty bundle is a bundle, and one that names parts it lacks is not', async () => {
  const { format, made, jwks } = example.bundle;
  const empty = await signBundle({ format, made, jwks, grants: [] }, example.lockerKey);
  expect(await verifyBundle(empty)).toEqual({ intact: true, problem: null, receipts: 0, entries: 0 });
  expect(await verifyBundle({ ...empty, sig: example.bundle.sig })).toMatchObject({
    problem: 'Not as it was signed: grants',
  });
});

/** Changes a log entry and makes its hash fit, as someone would who knows how hashes are made. */
function rehash(
  log: Draft['grants'][0]['log'],
  index: number,
  change: Partial<Draft['grants'][0]['log'][number]>,
): void {
  const entry = { ...log[index]!, ...change };
  log[index] = { ...entry, hash: logEntryHash(entry) };
  const next = log[index + 1];
  if (next === undefined) return;
  const following = { ...next, previous: log[index].hash };
  log[index + 1] = { ...following, hash: logEntryHash(following) };
}

test('a file of several contracts is checked line by line', async () => {
  const other = (await exampleBundle()).bundle;
  const lines = text(example.bundle) + text(other);
  expect(await verifyBundleText(lines)).toEqual({ intact: true, problem: null, receipts: 10, entries: 4 });
  const broken = text(example.bundle) + text({ ...other, made: '2020-01-01T00:00:00Z' });
  expect(await verifyBundleText(broken)).toMatchObject({ problem: 'Line 2: Not as it was signed: made' });
});
