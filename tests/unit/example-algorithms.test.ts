import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addPublisher,
  beginAlgorithm,
  beginRepository,
  packFolder,
  publishRepository,
  readPublicSigner,
  recordVectors,
  renewRepository,
  revokeIn,
  rootFingerprint,
  rotateKeys,
  signInto,
  tryOut,
  writeKeyPair,
} from '../../main/authoring/index.ts';
import { createFileFetcher } from '../../main/intake/index.ts';
import { createMarket, signBundle, type Market } from '../../main/market/index.ts';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';
import { openTestStore, type TestStore } from '../../main/store/testing.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/algorithm');
let folder: string;
let sandbox: SandboxHost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-authors-'));
  sandbox = createSandboxHost();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe('what an author begins with', () => {
  test.each(['ranker', 'blocker', 'damper', 'reranker'] as const)(
    'a new %s records its vectors and passes',
    async (kind) => {
      const own = join(folder, kind);
      await beginAlgorithm(own, kind, `com.example.${kind}`);
      await expect(beginAlgorithm(own, kind, `com.example.${kind}`)).rejects.toMatchObject({ code: 'bad_arguments' });
      const { packed } = await packFolder(own);
      const recorded = await recordVectors(own, packed, sandbox);
      expect(recorded).toHaveLength(packed.vectors.length);
      const again = await packFolder(own);
      const { lines } = await tryOut(again.packed, sandbox);
      // Time is the machine's; the rest is the algorithm's.
      expect(lines.filter((line) => line.startsWith('✗') && !line.includes(' ms of '))).toEqual([]);
      expect(await recordVectors(own, again.packed, sandbox)).toEqual([]);
      expect((await packFolder(own)).sha256).toBe(again.sha256);
    },
  );

  test('code that draws lots, or does something else than its vectors say, is told', async () => {
    const own = join(folder, 'lots');
    await cp(join(folder, 'damper'), own, { recursive: true });
    const { packed } = await packFolder(own);
    const drawing = 'module.exports = { n: 0, dampen: (batch) => new Float64Array(batch.n).fill(0.25) };';
    const { ok, lines } = await tryOut({ ...packed, code: drawing }, sandbox);
    expect(ok).toBe(false);
    expect(lines[0]).toMatch(/^✗ fast tier: vector "a boost and a post": factor\[0\]: 0.25 instead of 0.5$/);
  });

  test('what is wrong is named: the manifest, the vectors, the code', async () => {
    const own = join(folder, 'wrong');
    await beginAlgorithm(own, 'ranker', 'com.example.wrong');
    const { writeFile } = await import('node:fs/promises');
    const manifest = await readFile(join(own, 'algorithm.json'), 'utf8');
    await writeFile(join(own, 'algorithm.json'), manifest.replace('"chars"', '"charms"'));
    await expect(packFolder(own)).rejects.toMatchObject({
      detail: 'algorithm.json: needs.post.0: unknown post column',
    });
    await writeFile(join(own, 'algorithm.json'), manifest);
    await writeFile(join(own, 'index.ts'), 'export function score( {');
    await expect(packFolder(own)).rejects.toMatchObject({ code: 'algorithm_invalid' });
    await expect(beginAlgorithm(join(folder, 'x'), 'ranker', 'not an id')).rejects.toMatchObject({
      code: 'bad_arguments',
    });
  });
});

describe.each(['slow-talk', 'bare-links'])('the example %s', (name) => {
  test('passes its own vectors in both tiers, twice the same', async () => {
    const { packed } = await packFolder(join(EXAMPLES, name));
    const { lines } = await tryOut(packed, sandbox);
    expect(lines.filter((line) => line.startsWith('✗') && !line.includes(' ms of '))).toEqual([]);
  });
});

describe('from a folder to a locker, over loopback', () => {
  let server: Server;
  let address: string;
  let store: TestStore;
  let market: Market;
  let repository: string;
  const keys = (): string => join(folder, 'keys');
  const kept = (): Parameters<typeof publishRepository>[0] => ({ repository, keys: keys(), now: Date.now });

  beforeAll(async () => {
    repository = join(folder, 'repository');
    server = createServer((request, response) => {
      readFile(join(repository, decodeURIComponent(request.url ?? ''))).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    store = await openTestStore();
    await signBundle(join(folder, 'shipped'), []);
    market = createMarket({
      store,
      sandbox,
      now: Date.now,
      shippedFolder: join(folder, 'shipped'),
      fetchFile: createFileFetcher('test'),
    });
  });
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await new Promise((resolve) => server.close(resolve));
  });

  test('two of three keys begin it; a publisher brings a key of their own; a package arrives', async () => {
    await beginRepository(kept(), 3, 2);
    await expect(beginRepository(kept(), 1, 1)).rejects.toMatchObject({ code: 'repository_exists' });
    await writeKeyPair(join(folder, 'ana'), 'ana');
    await addPublisher(kept(), 'ana', 'com.example', await readPublicSigner(join(folder, 'ana', 'ana.pub.json')));
    const { bytes, packed } = await packFolder(join(EXAMPLES, 'slow-talk'));
    // The keeper has not the publisher's key, nor the publisher the keeper's.
    await expect(signInto(kept(), 'ana', bytes)).rejects.toMatchObject({
      detail: 'ana wants 1 of 1 keys, 0 of them are here',
    });
    const hers = { ...kept(), keys: join(folder, 'ana') };
    await expect(signInto(hers, 'ana', bytes.replace('com.example.', 'com.other.'))).rejects.toMatchObject({
      detail: 'ana may not sign for com.other.slow-talk, only for com.example',
    });
    await signInto(hers, 'ana', bytes);
    await expect(publishRepository(hers)).rejects.toMatchObject({ code: 'bad_arguments' });
    await publishRepository(kept());
    const fingerprint = await rootFingerprint(repository);
    const place = { kind: 'address', place: address } as const;
    expect(await market.lookAtRepository(place)).toMatchObject({ fingerprint, threshold: 2, keys: 3 });
    const { id, problem } = await market.addRepository(place, 'Loopback', fingerprint);
    expect(problem).toBeNull();
    const page = await market.packagePage(id, packed.manifest.id);
    expect(page.vectors).toEqual({ count: 4, problem: null });
    await market.installFrom(id, packed.manifest.id, {
      version: '1.0.0',
      hash: page.hash,
      older: false,
      readsMore: false,
    });
    expect(await market.load(packed.manifest.id)).toMatchObject({ tier: 'hardened' });
  });

  test('lives on through new keys for every role, and a revocation reaches it', async () => {
    const [, { id } = { id: '' }] = await market.repositories();
    for (const role of ['timestamp', 'snapshot', 'targets', 'root']) {
      await rotateKeys(kept(), role, `${role}-new`);
      await market.refreshRepository(id);
    }
    await expect(rotateKeys(kept(), 'ana', 'x')).rejects.toMatchObject({ code: 'bad_arguments' });
    expect(await renewRepository(kept())).toEqual(['root', 'revocations', 'targets', 'snapshot', 'timestamp']);
    await market.refreshRepository(id);
    const { bytes, packed } = await packFolder(join(EXAMPLES, 'slow-talk'));
    await revokeIn(kept(), bytes, 'Just to see.');
    await market.refreshRepository(id);
    await expect(market.load(packed.manifest.id)).rejects.toMatchObject({
      code: 'algorithm_revoked',
      detail: 'Just to see.',
    });
  });

  test('an address of a private network is not asked, also where a name leads there', async () => {
    const place = (text: string) => ({ kind: 'address', place: text }) as const;
    await expect(market.lookAtRepository(place('https://192.168.1.1'))).rejects.toMatchObject({
      code: 'address_refused',
    });
    await expect(market.lookAtRepository(place('http://example.com'))).rejects.toMatchObject({
      code: 'address_invalid',
    });
  });
});
