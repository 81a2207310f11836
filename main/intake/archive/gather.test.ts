import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LockerError } from '../../../protocol/errors.ts';
import { readImportFile } from '../read-file.ts';
import { collector, type Found } from '../testing.ts';
import { gather } from './gather.ts';
import { zipOf, type ZipPart } from './zip-fixture.ts';

const ANNA = 'https://a.example/users/anna';
const ACTOR = JSON.stringify({
  '@context': 'https://www.w3.org/ns/activitystreams',
  id: ANNA,
  type: 'Person',
  outbox: 'outbox.json',
  preferredUsername: 'anna',
});
const OUTBOX = JSON.stringify({
  '@context': 'https://www.w3.org/ns/activitystreams',
  id: 'outbox.json',
  type: 'OrderedCollection',
  orderedItems: [
    { type: 'Create', actor: ANNA, object: { id: `${ANNA}/1`, type: 'Note', content: 'Hi', attributedTo: ANNA } },
  ],
});

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-gather-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function read(path: string): Promise<Found> {
  const { sink, ...found } = collector();
  await using gathered = await gather({ path }, (item) =>
    found.skipped.push({ reason: item.reason, where: item.path }),
  );
  for (const known of gathered.files) await readImportFile(known, gathered.ownerOf(known.file.path), sink);
  return found;
}

async function readZip(parts: ZipPart[], cut = 0): Promise<Found> {
  const path = join(folder, 'export.zip');
  const bytes = zipOf(parts);
  await writeFile(path, bytes.subarray(0, bytes.length - cut));
  return read(path);
}

describe('folders', () => {
  test('an export that was unpacked: the actor tells whose it is, whatever the order of the files', async () => {
    await mkdir(join(folder, 'media'));
    await writeFile(join(folder, 'z-actor.json'), ACTOR);
    await writeFile(join(folder, 'a-outbox.json'), OUTBOX);
    await writeFile(join(folder, 'media', '1.jpg'), 'not opened');
    const found = await read(folder);
    expect(found.records).toMatchObject([
      { datatype: 'social.profile', mine: true },
      { datatype: 'social.post', mine: true, source: ANNA },
    ]);
    expect(found.skipped).toMatchObject([{ where: 'media/1.jpg' }]);
  });

  test('links are told and not followed', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'locker-outside-'));
    await writeFile(join(outside, 'secret.json'), OUTBOX);
    await symlink(outside, join(folder, 'folder-link'));
    await symlink(join(outside, 'secret.json'), join(folder, 'file-link.json'));
    await symlink(folder, join(folder, 'loop'));
    const found = await read(folder);
    await rm(outside, { recursive: true });
    expect(found.records).toEqual([]);
    expect(found.skipped.map(({ where }) => where).sort()).toEqual(['file-link.json', 'folder-link', 'loop']);
    expect(new Set(found.skipped.map(({ reason }) => reason))).toEqual(new Set(['a link']));
  });

  test('a path that isn’t there', async () => {
    await expect(read(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'import_path_missing' });
  });
});

describe('zip archives', () => {
  test('an export', async () => {
    const found = await readZip([
      { name: 'outbox.json', content: OUTBOX },
      { name: 'actor.json', content: ACTOR },
    ]);
    expect(found.records.map(({ datatype }) => datatype)).toEqual(['social.profile', 'social.post']);
  });

  test('names that lead out are only labels', async () => {
    const found = await readZip([
      { name: '../../evil.json', content: OUTBOX },
      { name: '/etc/evil.json', content: OUTBOX },
      { name: 'C:\\evil.json', content: OUTBOX },
    ]);
    expect(found.records).toHaveLength(3);
  });

  test('a bomb: too much from too little, by one entry or by many that overlap', async () => {
    const zeros = Buffer.alloc(20 * 1024 * 1024);
    const found = await readZip([
      { name: 'bomb.json', content: zeros },
      { name: 'outbox.json', content: OUTBOX },
    ]);
    expect(found.skipped[0]?.where).toBe('bomb.json');
    expect(found.records).toHaveLength(1);
    const small = Buffer.alloc(1024 * 1024);
    const overlapping = Array.from({ length: 100 }, (_, index) => ({
      name: `${index}.json`,
      content: small,
      sameAs: 0,
    }));
    await expect(readZip([{ name: 'first.json', content: small }, ...overlapping])).rejects.toMatchObject({
      code: 'archive_limits',
    });
  });

  test('an entry that unpacks to more than it claims', async () => {
    const found = await readZip([{ name: 'outbox.json', content: OUTBOX, claimed: 40 }]);
    expect(found.records).toEqual([]);
    expect(found.skipped).toHaveLength(1);
  });

  test('a truncated archive, and one in a folder beside good files', async () => {
    await expect(readZip([{ name: 'outbox.json', content: OUTBOX }], 30)).rejects.toBeInstanceOf(LockerError);
    await writeFile(join(folder, 'outbox.json'), OUTBOX);
    const found = await read(folder);
    expect(found.records).toHaveLength(1);
    expect(found.skipped).toMatchObject([{ where: 'export.zip' }]);
  });

  test('an archive inside an archive', async () => {
    const found = await readZip([{ name: 'inner.zip', content: zipOf([{ name: 'outbox.json', content: OUTBOX }]) }]);
    expect(found.skipped).toMatchObject([{ reason: 'an archive inside an archive', where: 'inner.zip' }]);
  });

  test('a wrong checksum is told', async () => {
    const bytes = zipOf([{ name: 'following.csv', content: 'Account address,Show boosts\nbob@b.example,true\n' }]);
    bytes.writeUInt32LE(1, bytes.indexOf('PK\u0001\u0002') + 16);
    await writeFile(join(folder, 'sum.zip'), bytes);
    const found = await read(join(folder, 'sum.zip'));
    expect(found.records).toHaveLength(1);
    expect(found.skipped).toMatchObject([{ where: 'following.csv' }]);
  });

  test('damaged content', async () => {
    const bytes = zipOf([
      { name: 'outbox.json', content: OUTBOX },
      { name: 'actor.json', content: ACTOR },
    ]);
    bytes.fill(0xff, 60, 90);
    await writeFile(join(folder, 'damaged.zip'), bytes);
    const found = await read(join(folder, 'damaged.zip'));
    expect(found.records.map(({ datatype }) => datatype)).toEqual(['social.profile']);
    expect(found.skipped.length).toBeGreaterThan(0);
  });
});
