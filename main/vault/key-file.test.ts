import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KEY_FILE, openVault, type Vault } from './index.ts';

const PASSPHRASE = 'seven brown otters';
let folder: string;
let path: string;
let whole: Buffer;

function vault(): Vault {
  return openVault({ dataFolder: folder, cost: { memoryKib: 64, passes: 1, parallelism: 1 } });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-keyfile-'));
  path = join(folder, KEY_FILE);
  await vault().create(PASSPHRASE);
  whole = await readFile(path);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Unlocks a changed key file; the code it gives, with the file checked to be left as it was. */
async function codeFor(bytes: Uint8Array): Promise<unknown> {
  await writeFile(path, bytes);
  const error: unknown = await vault()
    .unlock({ passphrase: PASSPHRASE })
    .catch((e: unknown) => e);
  expect(await readFile(path)).toEqual(Buffer.from(bytes));
  return error instanceof Error && 'code' in error ? error.code : 'opened';
}

function flipped(at: number, bit = 0): Buffer {
  const bytes = Buffer.from(whole);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  return bytes;
}

/** The file as someone would write it who knows the format and not the key. */
function altered(change: (json: string) => string): Buffer {
  const line = change(whole.toString('utf8').split('\n')[0] ?? '');
  return Buffer.from(`${line}\n${createHash('sha256').update(line).digest('hex')}\n`);
}

test('a flipped bit at any byte is damage, not a wrong passphrase', async () => {
  for (let at = 0; at < whole.length; at++)
    expect(await codeFor(flipped(at, at % 8)), `byte ${at}`).toBe('store_keyfile_damaged');
});

test('any other content is damage', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
      expect(await codeFor(whole.subarray(0, length))).toBe('store_keyfile_damaged');
    }),
    { numRuns: process.env['SOAK'] === '1' ? 2000 : 50 },
  );
  expect(await codeFor(Buffer.concat([whole, whole]))).toBe('store_keyfile_damaged');
  expect(await codeFor(Buffer.alloc(1_000_000, 32))).toBe('store_keyfile_damaged');
});

test('a later version is told as such', async () => {
  expect(await codeFor(altered((json) => json.replace('"version":1', '"version":2')))).toBe('store_newer');
});

test('what was altered on purpose, with a right checksum, is noticed', async () => {
  expect(await codeFor(altered((json) => json.replace('"storeMade":false', '"storeMade":true')))).toBe(
    'store_keyfile_damaged',
  );
  expect(await codeFor(altered((json) => json.replace('"passes":1', '"passes":2')))).toBe('wrong_passphrase');
  expect(await codeFor(altered((json) => json.replace('"memoryKib":64', '"memoryKib":99999999')))).toBe(
    'store_keyfile_damaged',
  );
  expect(await codeFor(altered((json) => json.replace('"keychain":null', '"keychain":null,"x":1')))).toBe(
    'store_keyfile_damaged',
  );
});

test('the file itself opens', async () => {
  expect(await codeFor(whole)).toBe('opened');
});
