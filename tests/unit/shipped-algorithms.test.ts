import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { packAlgorithms } from '../../build/pack-algorithms.ts';
import { createMarket } from '../../main/market/index.ts';
import { createSandboxHost, type SandboxHost } from '../../main/sandbox-host/index.ts';
import { openTestStore } from '../../main/store/testing.ts';

let folder: string;
let packed: number;
let sandbox: SandboxHost;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-shipped-'));
  packed = (await packAlgorithms(undefined, folder)).length;
  sandbox = createSandboxHost();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('what ships is installed after its vectors agreed in the sandbox, and runs in the hardened tier just as well', async () => {
  await using store = await openTestStore();
  const market = createMarket({ store, sandbox, now: () => 1_767_225_600_000, shippedFolder: folder });
  const report = await market.installShipped();
  expect(report.refused).toEqual([]);
  expect(report.installed).toHaveLength(packed);

  for (const { manifest } of await market.installed()) {
    const bytes = await readFile(join(folder, `${manifest.id}.json`), 'utf8');
    const foreign = bytes.replace(manifest.id, `com.elsewhere.${manifest.id.split('.').at(-1) ?? ''}`);
    expect(await market.install(foreign)).toMatchObject({ tier: 'hardened' });
  }
  expect(await market.cards()).toHaveLength(2 * packed);
});

test('a package whose code does something else than its vectors say is refused', async () => {
  await using store = await openTestStore();
  const market = createMarket({ store, sandbox, now: () => 0, shippedFolder: folder });
  const bytes = await readFile(join(folder, 'org.datalocker.newest-first.json'), 'utf8');
  const turned = bytes.replace('org.datalocker', 'com.elsewhere').replace('? -ageHours', '? ageHours');
  expect(turned).toContain('? ageHours');
  await expect(market.install(turned)).rejects.toMatchObject({ code: 'algorithm_invalid' });
  const spinning = bytes.replace('org.datalocker', 'com.elsewhere').replace('"code":"', '"code":"while (true);');
  await expect(market.install(spinning)).rejects.toMatchObject({ code: 'algorithm_invalid' });
  expect(await market.installed()).toEqual([]);
});
