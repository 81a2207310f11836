import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sealedFile } from './archive/byte-source.ts';
import { Uploads } from './uploads.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-uploads-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function* pieces(...parts: string[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}

async function filesUnder(place: string): Promise<string[]> {
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('uploads', () => {
  test('lie encrypted on disk, under names that say nothing, and go when dropped', async () => {
    await using uploads = new Uploads(join(folder, 'uploads'), Date.now);
    const id = await uploads.begin();
    expect(await uploads.put(id, '../../etc/secret.json', pieces('a very ', 'recognisable text'))).toBe(24);
    const [file = ''] = await filesUnder(folder);
    expect(file).toMatch(/uploads\/[0-9a-f]{32}\/[0-9a-f]{32}$/);
    expect((await readFile(file)).includes('recognisable')).toBe(false);
    const [sealed] = uploads.take(id);
    expect(sealed).toMatchObject({ path: '../../etc/secret.json', size: 24 });
    expect(() => uploads.take(id)).toThrow('import_not_found');
    await uploads.drop(id);
    expect(await filesUnder(folder)).toEqual([]);
  });

  test('can be read from any place to any other', async () => {
    await using uploads = new Uploads(join(folder, 'uploads'), Date.now);
    const id = await uploads.begin();
    const text = Array.from({ length: 999 }, (_, index) => `${index},`).join('');
    await uploads.put(id, 'a', pieces(text));
    const [sealed] = uploads.take(id);
    if (sealed === undefined) throw new Error('no file');
    const source = sealedFile(sealed.file, sealed.size, sealed);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.nat(text.length), async (a, b) => {
        const [start, end] = [Math.min(a, b), Math.max(a, b)];
        const read: Uint8Array[] = [];
        for await (const piece of source.read(start, end)) read.push(piece);
        expect(Buffer.concat(read).toString()).toBe(text.slice(start, end));
      }),
      { numRuns: 50 },
    );
  });

  test('what a crash left behind is removed', async () => {
    const place = join(folder, 'uploads');
    await using before = new Uploads(place, Date.now);
    await before.put(await before.begin(), 'a', pieces('x'));
    await using after = new Uploads(place, Date.now);
    await expect.poll(() => existsSync(place)).toBe(false);
    await after.put(await after.begin(), 'a', pieces('x'));
    expect(await filesUnder(place)).toHaveLength(1);
  });

  test('a transfer that breaks off leaves nothing', async () => {
    await using uploads = new Uploads(join(folder, 'uploads'), Date.now);
    const id = await uploads.begin();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('gone');
    }
    await expect(uploads.put(id, 'a', broken())).rejects.toThrow('gone');
    expect(await filesUnder(folder)).toEqual([]);
    expect(() => uploads.take(id)).toThrow('import_empty');
  });

  test('abandoned ones go', async () => {
    let now = 0;
    await using uploads = new Uploads(join(folder, 'uploads'), () => now);
    await uploads.put(await uploads.begin(), 'a', pieces('x'));
    now = 7 * 60 * 60 * 1000;
    await uploads.begin();
    expect(await filesUnder(folder)).toEqual([]);
  });
});
