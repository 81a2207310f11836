/**
 * The cases of theupdateframework/tuf-conformance, written anew as tests of this client against a repository of this
 * builder. Each group is named as the file there.
 */
import { describe, expect, test } from 'vitest';
import { newSigner, signMetadata } from '../builder/signer.ts';
import { makeRepository, trustIn, type TestRepository, type TestTrust } from '../testing.ts';

const DAY_MS = 86_400_000;

interface MetadataFile {
  signatures: { keyid: string; sig: string }[];
  signed: Record<string, unknown> & { version: number };
}

function tamper(repository: TestRepository, name: string, change: (file: MetadataFile) => void): void {
  const bytes = repository.files.get(`metadata/${name}`) ?? new Uint8Array();
  const file = JSON.parse(Buffer.from(bytes).toString('utf8')) as MetadataFile;
  change(file);
  repository.files.set(`metadata/${name}`, Buffer.from(JSON.stringify(file)));
}

async function begin(): Promise<{ repository: TestRepository; trust: TestTrust }> {
  const repository = await makeRepository();
  return { repository, trust: trustIn(repository) };
}

describe('basic', () => {
  test('asks for the next root, timestamp, snapshot and targets, and the second time for what may have changed', async () => {
    const { repository, trust } = await begin();
    await trust.refresh();
    expect(repository.asked).toEqual([
      'metadata/2.root.json',
      'metadata/timestamp.json',
      'metadata/1.snapshot.json',
      'metadata/1.targets.json',
    ]);
    repository.asked.length = 0;
    await trust.refresh();
    expect(repository.asked).toEqual(['metadata/2.root.json', 'metadata/timestamp.json']);
    await repository.publish('root', 'targets', 'snapshot', 'timestamp');
    repository.asked.length = 0;
    await trust.refresh();
    expect(repository.asked).toEqual([
      'metadata/2.root.json',
      'metadata/3.root.json',
      'metadata/timestamp.json',
      'metadata/2.snapshot.json',
      'metadata/2.targets.json',
    ]);
  });

  test('keeps the very bytes that were signed', async () => {
    const { repository, trust } = await begin();
    await trust.refresh();
    for (const [role, name] of [
      ['root', '1.root.json'],
      ['timestamp', 'timestamp.json'],
      ['snapshot', '1.snapshot.json'],
      ['targets:targets', '1.targets.json'],
    ] as const)
      expect(trust.kept.get(role)).toEqual(repository.files.get(`metadata/${name}`));
  });

  test('a first root that is none, or isn’t signed by itself, is not begun with', async () => {
    const { repository } = await begin();
    const broken = trustIn(repository, new Map([['root', Buffer.from('{}')]]));
    await expect(broken.refresh()).rejects.toMatchObject({ code: 'repository_invalid' });
    tamper(repository, '1.root.json', (file) => (file.signatures = []));
    await expect(trustIn(repository).refresh()).rejects.toMatchObject({ code: 'repository_unsigned' });
    expect(repository.asked).toEqual([]);
  });

  test.each(['root', 'timestamp', 'snapshot', 'targets'] as const)(
    '%s signed by nobody it names is refused',
    async (role) => {
      const { repository, trust } = await begin();
      await trust.refresh();
      repository.signers.set(role, [newSigner().signer]);
      await repository.publish('root', 'targets', 'snapshot', 'timestamp');
      await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_unsigned' });
      expect(trust.version(role)).toBe(1);
    },
  );

  test.each([
    ['2.root.json', 'root'],
    ['2.snapshot.json', 'snapshot'],
    ['2.targets.json', 'targets'],
  ] as const)('%s that has another version inside is refused', async (name, role) => {
    const { repository, trust } = await begin();
    await trust.refresh();
    await repository.publish('root', 'targets', 'snapshot', 'timestamp');
    const { builder } = repository;
    const part = role === 'root' ? builder.root : role === 'snapshot' ? builder.snapshot : builder.targets('targets');
    const bytes = signMetadata({ ...part, version: 3 }, repository.signers.get(role) ?? []);
    repository.files.set(`metadata/${name}`, bytes);
    // Without hashes, as the specification allows, so that the version alone tells.
    if (role === 'targets') builder.snapshot.meta['targets.json'] = { version: 2 };
    builder.snapshot.version -= 1;
    if (role !== 'snapshot') await repository.publish('snapshot');
    builder.timestamp.meta = { 'snapshot.json': { version: 2 } };
    await repository.publish('timestamp');
    await expect(trust.refresh()).rejects.toMatchObject({
      code: expect.stringMatching(/repository_(invalid|rolled_back)/),
    });
    expect(trust.version(role)).toBe(1);
  });

  test('a timestamp that changed under the same version is not taken', async () => {
    const { repository, trust } = await begin();
    await trust.refresh();
    const kept = trust.kept.get('timestamp');
    repository.builder.timestamp.version -= 1;
    repository.now += DAY_MS;
    await repository.publish('timestamp');
    expect(repository.files.get('metadata/timestamp.json')).not.toEqual(kept);
    await trust.refresh();
    expect(trust.kept.get('timestamp')).toEqual(kept);
  });

  test.each([
    ['snapshot', '2.snapshot.json'],
    ['targets', '2.targets.json'],
  ] as const)('%s that isn’t what was hashed is refused', async (role, name) => {
    const { repository, trust } = await begin();
    await trust.refresh();
    await repository.publish('targets', 'snapshot', 'timestamp');
    // Correctly signed, and of the same version.
    repository.now += DAY_MS;
    const part = role === 'snapshot' ? repository.builder.snapshot : repository.builder.targets('targets');
    const other = signMetadata({ ...part, expires: '2040-01-01T00:00:00Z' }, repository.signers.get(role) ?? []);
    repository.files.set(`metadata/${name}`, other);
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_invalid' });
    expect(trust.version(role)).toBe(1);
  });

  test('metadata without length and hashes are verified by version and signature', async () => {
    const { repository, trust } = await begin();
    repository.builder.snapshot.meta = { 'targets.json': { version: 1 } };
    await repository.publish('snapshot');
    repository.builder.timestamp.meta = { 'snapshot.json': { version: 2 } };
    await repository.publish('timestamp');
    await trust.refresh();
    expect(trust.version('snapshot')).toBe(2);
  });

  test('unknown fields are signed and left alone', async () => {
    const { repository, trust } = await begin();
    for (const part of [repository.builder.root, repository.builder.timestamp, repository.builder.targets('targets')])
      Object.assign(part, { 'x-other': { deep: [1, 'ä"\\', null] } });
    await repository.publish('root', 'targets', 'snapshot', 'timestamp');
    await trust.refresh();
    expect(trust.version('root')).toBe(2);
  });

  test.each(['timestamp.json', '2.snapshot.json', '2.targets.json'])(
    'without %s nothing further is believed',
    async (name) => {
      const { repository, trust } = await begin();
      await trust.refresh();
      await repository.publish('targets', 'snapshot', 'timestamp');
      repository.files.delete(`metadata/${name}`);
      await expect(trust.refresh()).rejects.toMatchObject({ code: 'fetch_failed' });
      expect(trust.version('targets')).toBe(1);
    },
  );

  test('metadata of another kind are refused', async () => {
    const { repository, trust } = await begin();
    await repository.publish('timestamp');
    repository.files.set(
      'metadata/timestamp.json',
      repository.files.get('metadata/1.snapshot.json') ?? new Uint8Array(),
    );
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_invalid' });
  });

  test.each([
    ['not JSON', '{'],
    ['no object', '[1]'],
    ['not UTF-8', Buffer.from([0x7b, 0xff])],
    ['endless nesting', '['.repeat(100_000)],
    ['a prototype', '{"__proto__":{"signed":{}},"signatures":[]}'],
    [
      'a fractional version',
      '{"signatures":[],"signed":{"_type":"timestamp","spec_version":"1.0","version":1.5,"expires":"2030-01-01T00:00:00Z","meta":{"snapshot.json":{"version":1}}}}',
    ],
    [
      'another major version',
      '{"signatures":[],"signed":{"_type":"timestamp","spec_version":"2.0","version":2,"expires":"2030-01-01T00:00:00Z","meta":{"snapshot.json":{"version":1}}}}',
    ],
  ])('a timestamp that is %s is refused', async (_, content) => {
    const { repository, trust } = await begin();
    repository.files.set('metadata/timestamp.json', Buffer.from(content));
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_invalid' });
  });

  test('more bytes than allowed are refused', async () => {
    const { repository, trust } = await begin();
    repository.files.set('metadata/timestamp.json', Buffer.alloc(16 * 1024 + 1, ' '));
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_invalid' });
  });
});

describe('expiration', () => {
  test.each([
    ['root', 730],
    ['timestamp', 14],
    ['snapshot', 30],
    ['targets', 365],
  ] as const)('freeze: an expired %s stops there, and what is before it is kept', async (role, days) => {
    const { repository, trust } = await begin();
    await trust.refresh();
    const later = repository.now + (days + 1) * DAY_MS;
    await repository.publish(role);
    repository.now = later;
    const rest = ['root', 'targets', 'snapshot', 'timestamp'].filter((name) => name !== role);
    // Those that list it come after it.
    await repository.publish(...rest);
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_expired', detail: role });
    expect(trust.version('root')).toBe(2);
    if (role !== 'root') expect(trust.version(role)).toBe(1);
    if (role === 'root') expect(trust.version('timestamp')).toBe(1);
  });

  test('an expired own root or timestamp is replaced by newer ones', async () => {
    const { repository, trust } = await begin();
    await trust.refresh();
    repository.now += 800 * DAY_MS;
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_expired', detail: 'root' });
    await repository.publish('root', 'targets', 'snapshot', 'timestamp');
    await trust.refresh();
    expect(['root', 'timestamp', 'snapshot', 'targets'].map(trust.version)).toEqual([2, 2, 2, 2]);
  });
});

describe('rollback', () => {
  test('an older timestamp is refused', async () => {
    const { repository, trust } = await begin();
    const old = repository.files.get('metadata/timestamp.json') ?? new Uint8Array();
    await repository.publish('timestamp');
    await trust.refresh();
    repository.files.set('metadata/timestamp.json', old);
    await expect(trust.refresh()).rejects.toMatchObject({
      code: 'repository_rolled_back',
      detail: 'timestamp 1 after 2',
    });
    expect(trust.version('timestamp')).toBe(2);
  });

  test('a newer timestamp that names an older snapshot is refused', async () => {
    const { repository, trust } = await begin();
    await repository.publish('snapshot', 'timestamp');
    await trust.refresh();
    repository.builder.timestamp.meta = { 'snapshot.json': { version: 1 } };
    await repository.publish('timestamp');
    await expect(trust.refresh()).rejects.toMatchObject({
      code: 'repository_rolled_back',
      detail: 'snapshot 1 after 2',
    });
  });

  test('a newer snapshot that names older targets is refused, also by mix-and-match with a correct older file', async () => {
    const { repository, trust } = await begin();
    await repository.publish('targets', 'snapshot', 'timestamp');
    await trust.refresh();
    repository.builder.snapshot.meta['targets.json'] = { version: 1 };
    await repository.publish('snapshot', 'timestamp');
    await expect(trust.refresh()).rejects.toMatchObject({
      code: 'repository_rolled_back',
      detail: 'targets 1 after 2',
    });
    expect(trust.version('snapshot')).toBe(2);
  });

  test('a snapshot from which a role is gone is refused', async () => {
    const { repository, trust } = await begin();
    repository.delegate('targets', 'ana');
    await repository.publish('ana', 'targets', 'snapshot', 'timestamp');
    await trust.refresh();
    delete repository.builder.snapshot.meta['ana.json'];
    await repository.publish('snapshot', 'timestamp');
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_rolled_back', detail: 'ana.json is gone' });
  });

  test('mix-and-match: a newer targets file beside the older snapshot is refused', async () => {
    const { repository, trust } = await begin();
    await repository.publish('targets');
    repository.files.set(
      'metadata/1.targets.json',
      repository.files.get('metadata/2.targets.json') ?? new Uint8Array(),
    );
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_invalid' });
  });

  test.each([
    ['targets', 'snapshot'],
    ['snapshot', 'snapshot'],
    ['timestamp', 'timestamp'],
  ] as const)(
    'fast-forward: %s with a version without room is recovered from by new %s keys',
    async (role, rekeyed) => {
      const { repository, trust } = await begin();
      const { builder } = repository;
      const far = 99_999;
      if (role === 'targets') builder.targets('targets').version = far;
      if (role === 'snapshot') builder.snapshot.version = far;
      if (role === 'timestamp') builder.timestamp.version = far;
      await repository.publish('targets', 'snapshot', 'timestamp');
      await trust.refresh();
      expect(trust.version(role)).toBe(far + 1);
      if (role === 'targets') builder.targets('targets').version = 1;
      if (role === 'snapshot') builder.snapshot.version = 1;
      if (role === 'timestamp') builder.timestamp.version = 1;
      await repository.publish('targets', 'snapshot', 'timestamp');
      await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_rolled_back' });
      repository.rekey(rekeyed, [newSigner().signer]);
      await repository.publish('root', 'targets', 'snapshot', 'timestamp');
      await trust.refresh();
      expect(trust.version(role)).toBe(3);
    },
  );

  test('fast-forward: one of two timestamp keys was misused; taking it away is enough', async () => {
    const { repository, trust } = await begin();
    const [good, misused] = [newSigner().signer, newSigner().signer];
    repository.rekey('timestamp', [good, misused]);
    repository.builder.timestamp.version = 99_999;
    await repository.publish('root', 'timestamp');
    await trust.refresh();
    repository.rekey('timestamp', [good]);
    repository.builder.timestamp.version = 1;
    await repository.publish('root', 'timestamp');
    await trust.refresh();
    expect(trust.version('timestamp')).toBe(2);
  });
});

describe('file download', () => {
  const bytes = Buffer.from('the package');

  async function withTarget(path: string): Promise<{ repository: TestRepository; trust: TestTrust }> {
    const made = await begin();
    await made.repository.builder.addTarget('targets', path, bytes);
    await made.repository.publish('targets', 'snapshot', 'timestamp');
    return made;
  }
  async function download(trust: TestTrust, path: string): Promise<Uint8Array | undefined> {
    return trust.refresh(async (client) => {
      const found = await client.find(path);
      return found === undefined ? undefined : client.download(found);
    });
  }

  test.each(['a.json', 'deep/er/a.json'])('%s', async (path) => {
    const { trust } = await withTarget(path);
    expect(await download(trust, path)).toEqual(bytes);
    expect(await download(trust, 'nothing')).toBeUndefined();
  });

  test('another file, a longer or a shorter one is refused', async () => {
    const { repository, trust } = await withTarget('a.json');
    const [name = ''] = [...repository.files.keys()].filter((one) => one.startsWith('targets/'));
    for (const other of ['the Package', 'the package and more', 'the']) {
      repository.files.set(name, Buffer.from(other));
      await expect(download(trust, 'a.json')).rejects.toMatchObject({ code: 'repository_invalid' });
    }
    repository.files.delete(name);
    await expect(download(trust, 'a.json')).rejects.toMatchObject({ code: 'fetch_failed' });
  });

  test('a target that only an unknown hash vouches for is refused', async () => {
    const { repository, trust } = await withTarget('a.json');
    const entry = repository.builder.targets('targets').targets['a.json'];
    if (entry !== undefined) entry.hashes = { md5: 'd41d8cd98f00b204e9800998ecf8427e' };
    await repository.publish('targets', 'snapshot', 'timestamp');
    await expect(download(trust, 'a.json')).rejects.toMatchObject({ code: 'repository_invalid' });
  });
});
