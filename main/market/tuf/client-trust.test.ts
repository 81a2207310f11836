/**
 * Of the cases of theupdateframework/tuf-conformance those about keys and delegations, written anew as tests of this client against a repository of this
 * builder. Each group is named as the file there.
 */
import { describe, expect, test } from 'vitest';
import { newSigner } from '../builder/signer.ts';
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

describe('keys', () => {
  test('threshold: two signatures of three that are wanted are too few', async () => {
    const { repository, trust } = await begin();
    const keys = Array.from({ length: 3 }, () => newSigner().signer);
    repository.rekey('snapshot', keys, 3);
    await repository.publish('root', 'targets', 'snapshot', 'timestamp');
    await trust.refresh();
    repository.signers.set('snapshot', keys.slice(1));
    await repository.publish('targets', 'snapshot', 'timestamp');
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_unsigned', detail: 'snapshot' });
    expect(trust.version('snapshot')).toBe(2);
  });

  test('a threshold above the number of keys is never met', async () => {
    const { repository, trust } = await begin();
    repository.rekey(
      'snapshot',
      Array.from({ length: 5 }, () => newSigner().signer),
      6,
    );
    await repository.publish('root', 'snapshot', 'timestamp');
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_unsigned' });
    expect(trust.version('root')).toBe(2);
    expect(trust.version('snapshot')).toBeUndefined();
  });

  test('one key counts once: named twice in a role, under two names, or signing twice', async () => {
    const named = await begin();
    const { signer } = newSigner();
    named.repository.rekey('snapshot', [signer], 2);
    named.repository.builder.root.roles['snapshot'] = { keyids: [signer.keyId, signer.keyId], threshold: 2 };
    await named.repository.publish('snapshot', 'timestamp');
    await expect(named.repository.publish('root')).rejects.toThrow();

    const aliased = await begin();
    aliased.repository.rekey('snapshot', [signer, { ...signer, keyId: 'f'.repeat(64) }], 2);
    await aliased.repository.publish('root', 'snapshot', 'timestamp');
    await expect(aliased.trust.refresh()).rejects.toMatchObject({ detail: 'root: the same key under two names' });

    const twice = await begin();
    tamper(twice.repository, '1.snapshot.json', ({ signatures }) => signatures.push(...signatures));
    twice.repository.builder.timestamp.meta = { 'snapshot.json': { version: 1 } };
    await twice.repository.publish('timestamp');
    await expect(twice.trust.refresh()).rejects.toMatchObject({ code: 'repository_invalid' });
    expect(twice.trust.version('snapshot')).toBeUndefined();
  });

  test('a wrong signature beside enough right ones does no harm, instead of one it does', async () => {
    const { repository, trust } = await begin();
    const stranger = newSigner().signer;
    repository.signers.set('timestamp', [...(repository.signers.get('timestamp') ?? []), stranger]);
    await repository.publish('timestamp');
    await trust.refresh();
    expect(trust.version('timestamp')).toBe(2);
    await repository.publish('timestamp');
    tamper(repository, 'timestamp.json', ({ signatures: [first] }) => {
      if (first !== undefined) first.sig = `00${first.sig.slice(2)}`;
    });
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_unsigned' });
  });
});

describe('key rotations', () => {
  const all = Array.from({ length: 10 }, () => newSigner().signer);
  const some = (places: readonly number[]): typeof all => places.flatMap((place) => all[place] ?? []);
  interface Version {
    keys: number[];
    threshold: number;
    sigs: number[];
  }
  const roots: [string, boolean, Version[]][] = [
    ['1 of 1, one after the other', true, [
      { keys: [1], threshold: 1, sigs: [1] },
      { keys: [2], threshold: 1, sigs: [2, 1] },
      { keys: [2], threshold: 1, sigs: [2] },
    ]],
    ['1 of 1, with signatures of others', true, [
      { keys: [1], threshold: 1, sigs: [3, 1, 4] },
      { keys: [2], threshold: 1, sigs: [3, 2, 1, 4] },
    ]],
    ['3 of 5, other three each time', true, [
      { keys: [0, 1, 2, 3, 4], threshold: 3, sigs: [0, 2, 4] },
      { keys: [0, 1, 2, 3, 4], threshold: 3, sigs: [0, 4, 1] },
      { keys: [0, 1, 2, 3, 4], threshold: 3, sigs: [0, 1, 3] },
    ]],
    ['3 of 5, one replaced', true, [
      { keys: [0, 1, 2, 3, 4], threshold: 3, sigs: [0, 2, 4] },
      { keys: [0, 1, 3, 4, 5], threshold: 3, sigs: [0, 4, 1] },
    ]],
    ['3 of 5, all replaced', true, [
      { keys: [0, 1, 2, 3, 4], threshold: 3, sigs: [0, 2, 4] },
      { keys: [5, 6, 7, 8, 9], threshold: 3, sigs: [0, 2, 4, 5, 6, 7] },
      { keys: [5, 6, 7, 8, 9], threshold: 3, sigs: [5, 6, 7] },
    ]],
    ['threshold up', true, [
      { keys: [1, 2, 3], threshold: 1, sigs: [1] },
      { keys: [1, 2, 3], threshold: 2, sigs: [1, 2] },
    ]],
    ['threshold down', true, [
      { keys: [1, 2, 3], threshold: 2, sigs: [1, 2] },
      { keys: [1, 2, 3], threshold: 1, sigs: [1, 2] },
      { keys: [1, 2, 3], threshold: 1, sigs: [1] },
    ]],
    ['not signed by the old key', false, [
      { keys: [1], threshold: 1, sigs: [1] },
      { keys: [2], threshold: 1, sigs: [2, 3, 4] },
    ]],
    ['not signed by the new key', false, [
      { keys: [1], threshold: 1, sigs: [1] },
      { keys: [2], threshold: 1, sigs: [1, 3, 4] },
    ]],
    ['by too few of the new ones', false, [
      { keys: [0, 1, 2, 3, 4], threshold: 3, sigs: [0, 2, 4] },
      { keys: [0, 1, 3, 4, 5], threshold: 3, sigs: [0, 2, 4] },
    ]],
    ['by too few of the old ones', false, [
      { keys: [0, 1, 2, 3, 4], threshold: 3, sigs: [0, 2, 4] },
      { keys: [0, 1, 3, 4, 5], threshold: 3, sigs: [0, 4, 5] },
    ]],
    ['the new threshold not reached', false, [
      { keys: [1, 2, 3], threshold: 1, sigs: [1] },
      { keys: [1, 2, 3], threshold: 2, sigs: [2] },
    ]],
    ['the old threshold not reached', false, [
      { keys: [1, 2, 3], threshold: 2, sigs: [1, 2] },
      { keys: [1, 2, 3], threshold: 1, sigs: [1] },
    ]],
  ]; // prettier-ignore

  test.each(roots)('root: %s', async (_, good, versions) => {
    const { repository } = await begin();
    repository.files.clear();
    repository.builder.root.version = 0;
    for (const { keys, threshold, sigs } of versions) {
      repository.rekey('root', some(keys), threshold);
      await repository.builder.publish('root', some(sigs));
    }
    await repository.publish('targets', 'snapshot', 'timestamp');
    const trust = trustIn(repository);
    if (good) await trust.refresh();
    else await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_unsigned' });
    expect(trust.version('root')).toBe(good ? versions.length : versions.length - 1);
  });

  const others: [string, boolean, Version][] = [
    ['another key', true, { keys: [2], threshold: 1, sigs: [2] }],
    ['signatures of others', true, { keys: [1], threshold: 1, sigs: [3, 1, 4] }],
    ['not the new key', false, { keys: [2], threshold: 1, sigs: [1, 3, 4] }],
    ['one of three wrong', false, { keys: [0, 1, 3, 4, 5], threshold: 3, sigs: [0, 2, 4] }],
    ['one of three missing', false, { keys: [0, 1, 3, 4, 5], threshold: 3, sigs: [0, 4] }],
    ['three of five', true, { keys: [0, 1, 2, 3, 4], threshold: 3, sigs: [2, 3, 4] }],
  ];

  test.each(
    (['timestamp', 'snapshot', 'targets'] as const).flatMap((role) => others.map((entry) => [role, ...entry] as const)),
  )('%s: %s', async (role, _, good, { keys, threshold, sigs }) => {
    const { repository, trust } = await begin();
    await trust.refresh();
    repository.rekey(role, some(keys), threshold);
    repository.signers.set(role, some(sigs));
    await repository.publish('root', 'targets', 'snapshot', 'timestamp');
    if (good) await trust.refresh();
    else await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_unsigned' });
    // Once the root takes a key away, what it signed is not believed any longer either.
    const lost = role === 'targets' ? 1 : undefined;
    expect(trust.version(role)).toBe(good ? 2 : lost);
  });
});

describe('delegations', () => {
  type Edge = [delegator: string, name: string, options?: { paths?: string[]; terminating?: boolean }];
  const graphs: [string, Edge[], string[]][] = [
    ['one', [['targets', 'A']], ['A']],
    ['two beside each other', [['targets', 'A'], ['targets', 'B']], ['A', 'B']],
    ['two levels', [['targets', 'A'], ['targets', 'B'], ['B', 'C']], ['A', 'B', 'C']],
    ['depth first', [['targets', 'A'], ['targets', 'B'], ['A', 'C'], ['A', 'D']], ['A', 'C', 'D', 'B']],
    ['three levels', [['targets', 'A'], ['targets', 'B'], ['A', 'C'], ['C', 'D']], ['A', 'C', 'D', 'B']],
    ['terminating ends all but what is below it', [['targets', 'A'], ['targets', 'B'], ['A', 'C', { terminating: true }], ['A', 'D']], ['A', 'C']],
    ['terminating, with one below', [['targets', 'A'], ['targets', 'B'], ['A', 'C', { terminating: true }], ['C', 'D']], ['A', 'C', 'D']],
    ['other paths', [['targets', 'A', { paths: ['*.py'] }], ['targets', 'B'], ['A', 'C']], ['B']],
    ['other paths below', [['targets', 'A'], ['targets', 'B'], ['A', 'C', { paths: ['*.py'] }], ['C', 'D']], ['A', 'B']],
    ['a circle', [['targets', 'A'], ['targets', 'B'], ['B', 'C'], ['C', 'D'], ['D', 'B']], ['A', 'B', 'C', 'D']],
    ['two to a third', [['targets', 'A'], ['targets', 'B'], ['B', 'C'], ['A', 'C']], ['A', 'C', 'B']],
    ['two to a third, other paths', [['targets', 'A'], ['targets', 'B'], ['B', 'C'], ['A', 'C', { paths: ['*.py'] }]], ['A', 'B', 'C']],
  ]; // prettier-ignore

  async function build(edges: Edge[]): Promise<{ repository: TestRepository; trust: TestTrust }> {
    const made = await begin();
    for (const [delegator, name, options] of edges) made.repository.delegate(delegator, name, options);
    const names = new Set(edges.map(([, name]) => name));
    await made.repository.publish(...names, 'targets', 'snapshot', 'timestamp');
    return made;
  }
  const visited = ({ asked }: TestRepository): string[] =>
    asked.slice(4).map((name) => decodeURIComponent(name.replace(/^metadata\/\d+\.|\.json$/g, '')));

  test.each(graphs)('%s', async (_, edges, order) => {
    const { repository, trust } = await build(edges);
    expect(await trust.refresh((client) => client.find('missing'))).toBeUndefined();
    expect(visited(repository)).toEqual(order);
  });

  test.each([
    ['targetfile', true, []],
    ['README.md', true, ['A']],
    ['releases/x/x_v1', true, ['B', 'C']],
    ['releases/y/y_v1.zip', true, ['B', 'D']],
    ['releases/z/z_v1.zip', false, ['B']],
    ['releases/README.md', false, []],
    ['foo-1.tgz', true, ['A']],
    ['foo-alpha.tgz', false, []],
  ] as const)('%s is found: %s', async (path, found, order) => {
    const made = await begin();
    const { repository, trust } = made;
    repository.delegate('targets', 'A', { paths: ['*.doc', '*.md', 'foo-?.tgz'] });
    repository.delegate('targets', 'B', { paths: ['releases/*/*'] });
    repository.delegate('B', 'C', { paths: ['releases/x/*'] });
    repository.delegate('B', 'D', { paths: ['releases/y/*.zip'] });
    const files: [string, string[]][] = [
      ['targets', ['targetfile']],
      ['A', ['README.md', 'releases/README.md', 'foo-1.tgz', 'foo-alpha.tgz']],
      ['C', ['releases/x/x_v1']],
      ['D', ['releases/y/y_v1.zip', 'releases/z/z_v1.zip']],
    ];
    for (const [role, paths] of files)
      for (const one of paths) await repository.builder.addTarget(role, one, Buffer.from(one));
    await repository.publish('A', 'B', 'C', 'D', 'B', 'targets', 'snapshot', 'timestamp');
    const target = await trust.refresh((client) => client.find(path));
    expect(target?.path).toBe(found ? path : undefined);
    expect(visited(repository)).toEqual(order);
    // A listing has what can be found, and nothing else.
    const listed = await trust.refresh(async (client) =>
      (await client.list()).targets.some((one) => one.path === path),
    );
    expect(listed).toBe(found);
  });

  test('a role that another delegator signs otherwise is not believed there', async () => {
    const { repository, trust } = await build([
      ['targets', 'A', { paths: ['x/*'] }],
      ['targets', 'B'],
      ['A', 'C', { paths: ['x/*'] }],
      ['B', 'C'],
    ]);
    const other = newSigner().signer;
    repository.builder.delegate('B', { name: 'C', paths: ['*'], terminating: false, threshold: 1 }, [other]);
    await repository.builder.addTarget('C', 'file', Buffer.from('file'));
    await repository.publish('C', 'B', 'targets', 'snapshot', 'timestamp');
    await trust.refresh(async (client) => {
      await client.find('x/file');
      await expect(client.find('file')).rejects.toMatchObject({ code: 'repository_unsigned', detail: 'C' });
    });
  });

  test('a delegation that the snapshot doesn’t list is not followed', async () => {
    const { repository, trust } = await begin();
    repository.delegate('targets', 'A');
    await repository.publish('targets', 'snapshot', 'timestamp');
    await trust.refresh(async (client) => {
      await expect(client.find('x')).rejects.toMatchObject({ code: 'repository_invalid' });
    });
  });

  test('an expired publisher is left out of a listing and keeps others from answering for its paths', async () => {
    const { repository, trust } = await build([
      ['targets', 'A', { paths: ['a/*'] }],
      ['targets', 'B', { paths: ['*/*'] }],
    ]);
    for (const [role, path] of [
      ['A', 'a/1'],
      ['B', 'a/1'],
      ['B', 'b/1'],
    ] as const)
      await repository.builder.addTarget(role, path, Buffer.from(role));
    await repository.publish('A');
    repository.now += 370 * DAY_MS;
    await repository.publish('B', 'targets', 'snapshot', 'timestamp');
    await trust.refresh(async (client) => {
      const { targets, unreadable } = await client.list();
      expect(targets.map(({ path, role }) => [path, role])).toEqual([['b/1', 'B']]);
      expect(unreadable).toMatchObject([{ role: 'A', error: { code: 'repository_expired' } }]);
    });
  });

  test.each(['?', '#', '/delegated', '../delegated', 'ä ö'])(
    'a role named %s is asked for by an escaped name',
    async (name) => {
      const { repository, trust } = await build([['targets', name]]);
      await trust.refresh((client) => client.find('x'));
      expect(repository.asked.at(-1)).toBe(`metadata/1.${encodeURIComponent(name)}.json`);
      expect(trust.version(name)).toBe(1);
    },
  );
});
