import { mkdir, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ResourceHashes, changedEnding, changedResources, hashFile } from './index.ts';

const FILES = { 'core/cli.js': 'start()', 'native/sqlite.node': '\u007fELF', 'node/node': 'n'.repeat(3_000_000) };
let folder = '';
let hashes: ResourceHashes = {};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-resources-'));
  hashes = {};
  for (const [path, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
    hashes[path] = await hashFile(join(folder, path));
  }
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

it('finds nothing to say about the files that were packaged', async () => {
  expect(await changedResources(folder, ResourceHashes.parse(hashes))).toEqual([]);
});

it.each(Object.keys(FILES))('names %s where one byte of it is another, or more or fewer', async (path) => {
  const content = await readFile(join(folder, path));
  const last = content.length - 1;
  const flipped = Buffer.from(content);
  flipped[last] = (flipped[last] ?? 0) ^ 1;
  for (const other of [flipped, Buffer.concat([content, Buffer.of(0)]), content.subarray(0, last)]) {
    await writeFile(join(folder, path), other);
    expect(await changedResources(folder, hashes)).toEqual([path]);
  }
  await unlink(join(folder, path));
  expect(await changedResources(folder, hashes)).toEqual([path]);
});

it('takes no list that leads elsewhere', () => {
  const hash = 'a'.repeat(64);
  for (const path of ['../x', 'core/../../x', '/etc/passwd', 'core', 'core//x', 'core\\x', 'core/.hidden']) {
    expect(ResourceHashes.safeParse({ [path]: hash }).success, path).toBe(false);
  }
  expect(ResourceHashes.safeParse({ 'core/cli.js': 'a' }).success).toBe(false);
});

it('tells the owner which files they are, not all of many', () => {
  expect(changedEnding(['core/cli.js']).detail).toContain('core/cli.js.');
  expect(changedEnding(Array.from({ length: 9 }, (_, i) => `core/${i}.js`)).detail).toContain('core/4.js and 4 more');
});
