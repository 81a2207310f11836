/**
 * The rest of the cases of theupdateframework/tuf-conformance: forms of keys, signatures, hashes and files that a client
 * must take or refuse, and what it keeps where it stops. docs/repository-cases.md has the whole list.
 */
import { constants, createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PublicKey } from '../builder/shapes.ts';
import { newSigner, signMetadata, type Signer } from '../builder/signer.ts';
import { makeRepository, trustIn, type TestRepository, type TestTrust } from '../testing.ts';
import { createTufClient } from './client.ts';

async function begin(): Promise<{ repository: TestRepository; trust: TestTrust }> {
  const repository = await makeRepository();
  return { repository, trust: trustIn(repository) };
}

function signerWith(key: PublicKey, signed: (bytes: Uint8Array) => Buffer): Signer {
  return { keyId: createHash('sha256').update(JSON.stringify(key)).digest('hex'), key, sign: signed };
}
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

function rsa(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const padding = { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const key = { keytype: 'rsa', scheme: 'rsassa-pss-sha256', keyval: { public: pem(publicKey) } };
  return signerWith(key, (bytes) => sign('sha256', bytes, padding));
}

function ecdsa(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256', keyval: { public: pem(publicKey) } };
  return signerWith(key, (bytes) => sign('sha256', bytes, privateKey));
}

function signaturesOf(repository: TestRepository, name: string, change: (sigs: { sig: string }[]) => void): void {
  const bytes = repository.files.get(`metadata/${name}`) ?? new Uint8Array();
  const file = JSON.parse(Buffer.from(bytes).toString('utf8')) as { signatures: { sig: string }[] };
  change(file.signatures);
  repository.files.set(`metadata/${name}`, Buffer.from(JSON.stringify(file)));
}

describe('keys', () => {
  test.each([
    ['rsa/rsassa-pss-sha256', rsa],
    ['ecdsa/ecdsa-sha2-nistp256', ecdsa],
    ['ed25519/ed25519', () => newSigner().signer],
  ])('%s is verified', async (_, make) => {
    const { repository, trust } = await begin();
    repository.rekey('root', [...(repository.signers.get('root') ?? []), make()], 2);
    await repository.publish('root');
    await trust.refresh();
    expect(trust.version('root')).toBe(2);
    await repository.publish('root');
    signaturesOf(repository, '3.root.json', (sigs) => {
      const last = sigs.at(-1);
      if (last !== undefined)
        last.sig = last.sig.replace(/^(.{8})(.)/, (__, head: string, one: string) => head + (one === '0' ? '1' : '0'));
    });
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_unsigned' });
    expect(trust.version('root')).toBe(2);
  });

  test('an empty signature beside enough right ones does no harm', async () => {
    const { repository, trust } = await begin();
    repository.rekey('timestamp', [...(repository.signers.get('timestamp') ?? []), newSigner().signer]);
    await repository.publish('root', 'timestamp');
    signaturesOf(repository, 'timestamp.json', (sigs) => {
      const last = sigs.at(-1);
      if (last !== undefined) last.sig = '';
    });
    await trust.refresh();
    expect(trust.version('timestamp')).toBe(2);
  });

  test('what a key or a role says beyond the specification changes nothing', async () => {
    const { repository, trust } = await begin();
    await trust.refresh();
    const { signer } = newSigner();
    const key: PublicKey = { ...signer.key };
    Object.assign(key, { keyid_hash_algorithms: 'md5', 'extra-field': { a: 1 } });
    repository.rekey('snapshot', [{ ...signer, key }]);
    Object.assign(repository.builder.root.roles['snapshot'] ?? {}, { 'another-field': 'value' });
    await repository.publish('root', 'snapshot', 'timestamp');
    expect(Buffer.from(repository.files.get('metadata/2.root.json') ?? []).toString()).toContain('md5');
    await trust.refresh();
    expect(['root', 'snapshot'].map(trust.version)).toEqual([2, 2]);
  });
});

describe('what is kept where a refresh stops', () => {
  async function stopped(change: (repository: TestRepository) => Promise<void>): Promise<(number | undefined)[]> {
    const { repository, trust } = await begin();
    await trust.refresh();
    await change(repository);
    await expect(trust.refresh()).rejects.toMatchObject({
      code: expect.stringMatching(/^(fetch_failed|repository_invalid)$/) as string,
    });
    return ['timestamp', 'snapshot', 'targets'].map(trust.version);
  }
  const without = (name: string) => async (repository: TestRepository) => {
    await repository.publish('targets', 'snapshot', 'timestamp');
    repository.files.delete(`metadata/${name}`);
  };
  const misnamed = (role: 'snapshot' | 'targets') => async (repository: TestRepository) => {
    const { builder } = repository;
    await repository.publish('targets', 'snapshot');
    const meta = role === 'targets' ? builder.snapshot.meta['targets.json'] : builder.timestamp.meta['snapshot.json'];
    if (role === 'targets') {
      builder.snapshot.version = 1;
      builder.snapshot.meta['targets.json'] = { ...meta, version: 2, hashes: { sha256: '0'.repeat(64) } };
      const bytes = signMetadata({ ...builder.snapshot, version: 2 }, repository.signers.get('snapshot') ?? []);
      repository.files.set('metadata/2.snapshot.json', bytes);
      builder.snapshot.version = 2;
      builder.timestamp.meta = { 'snapshot.json': { version: 2 } };
    } else builder.timestamp.meta = { 'snapshot.json': { version: 2, hashes: { sha256: '0'.repeat(64) } } };
    await repository.publish('timestamp');
  };

  test.each([
    ['the snapshot is missing', without('2.snapshot.json'), [2, 1, 1]],
    ['the targets are missing', without('2.targets.json'), [2, 2, 1]],
    ['the snapshot has another hash', misnamed('snapshot'), [2, 1, 1]],
    ['the targets have another hash', misnamed('targets'), [2, 2, 1]],
  ] as const)('%s', async (_, change, kept) => {
    expect(await stopped(change)).toEqual(kept);
  });

  test('the very bytes that were served, also where another form would say the same', async () => {
    const { repository, trust } = await begin();
    const bytes = Buffer.concat([repository.files.get('metadata/timestamp.json') ?? Buffer.alloc(0), Buffer.from(' ')]);
    repository.files.set('metadata/timestamp.json', bytes);
    await trust.refresh();
    expect(trust.kept.get('timestamp')).toEqual(bytes);
  });

  test('a snapshot that is signed as a timestamp and reads like one is none', async () => {
    const { repository, trust } = await begin();
    const keys = [...(repository.signers.get('snapshot') ?? []), ...(repository.signers.get('timestamp') ?? [])];
    repository.rekey('snapshot', keys);
    repository.builder.snapshot.meta = { 'snapshot.json': { version: 1 } };
    await repository.publish('root', 'snapshot');
    const looksLike = repository.files.get('metadata/2.snapshot.json') ?? new Uint8Array();
    repository.files.set('metadata/timestamp.json', looksLike);
    await expect(trust.refresh()).rejects.toMatchObject({ code: 'repository_invalid' });
    expect([trust.version('root'), trust.version('timestamp')]).toEqual([2, undefined]);
  });
});

describe('targets', () => {
  const hex = (algorithm: string, bytes: Buffer): string => createHash(algorithm).update(bytes).digest('hex');

  test.each([[['sha256']], [['sha512']], [['sha256', 'sha512']]])('with %s', async (algorithms) => {
    const { repository, trust } = await begin();
    const bytes = Buffer.from('the package');
    await repository.builder.addTarget('targets', 'a.json', bytes);
    const entry = repository.builder.targets('targets').targets['a.json'];
    if (entry === undefined) throw new Error('no target');
    entry.hashes = Object.fromEntries(algorithms.map((algorithm) => [algorithm, hex(algorithm, bytes)]));
    for (const algorithm of algorithms) repository.files.set(`targets/${hex(algorithm, bytes)}.a.json`, bytes);
    await repository.publish('targets', 'snapshot', 'timestamp');
    const download = async (): Promise<Uint8Array | undefined> =>
      trust.refresh(async (client) => {
        const found = await client.find('a.json');
        return found === undefined ? undefined : client.download(found);
      });
    expect(await download()).toEqual(bytes);
    for (const algorithm of algorithms)
      repository.files.set(`targets/${hex(algorithm, bytes)}.a.json`, Buffer.from('the Package'));
    await expect(download()).rejects.toMatchObject({ code: 'repository_invalid' });
  });

  test('each new state of a file is taken, and none that was not signed', async () => {
    const { repository, trust } = await begin();
    const download = async (): Promise<string | undefined> =>
      trust.refresh(async (client) => {
        const found = await client.find('a.json');
        return found === undefined ? undefined : Buffer.from(await client.download(found)).toString();
      });
    for (let state = 1; state <= 10; state++) {
      await repository.builder.addTarget('targets', 'a.json', Buffer.from(`state ${state}`));
      await repository.publish('targets', 'snapshot', 'timestamp');
      expect(await download()).toBe(`state ${state}`);
      const name = `targets/${hex('sha256', Buffer.from(`state ${state}`))}.a.json`;
      expect(repository.files.has(name)).toBe(true);
      repository.files.set(name, Buffer.from(`stat3 ${state}`));
      await expect(download()).rejects.toMatchObject({ code: 'repository_invalid' });
    }
  });
});

/** A checkout of theupdateframework/tuf-conformance: repositories that other programs made. */
const CHECKOUT = process.env['LOCKER_TUF_CONFORMANCE'];

describe.skipIf(CHECKOUT === undefined)('repositories of other programs', () => {
  const data = join(CHECKOUT ?? '', 'tuf_conformance/static_data');

  test('are believed at the moment they were kept, and their target is what was signed', async () => {
    const names = (await readdir(data, { withFileTypes: true })).filter((one) => one.isDirectory());
    expect(names.length).toBeGreaterThan(0);
    for (const { name } of names) {
      const at = (...path: string[]): string => join(data, name, ...path);
      const read = async (path: string): Promise<Uint8Array | null> => readFile(path).catch(() => null);
      const client = createTufClient({
        trusted: new Map([['root', await readFile(at('initial_root.json'))]]),
        now: Date.parse((await readFile(at('faketime'), 'utf8')).trim()),
        source: {
          metadata: (file) => read(at('metadata', file)),
          target: (file) => read(at('targets', file)),
        },
      });
      await client.refresh();
      const found = await client.find((await readFile(at('targetpath'), 'utf8')).trim());
      expect(found, name).toBeDefined();
      if (found !== undefined) expect((await client.download(found)).byteLength).toBe(found.file.length);
    }
  });
});
