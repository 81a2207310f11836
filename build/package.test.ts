import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractFile, listPackage } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESOURCE_HASHES_FILE, ResourceHashes, changedResources } from '../main/shell/index.ts';
import { stagePackage } from './stage-package.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Before Electron's fuses in its binary. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
let folder = '';
let app = '';

/**
 * Files in the place of Electron's own, which a test must not download: electron-builder packs around them and flips the fuses
 * in a binary that has nothing else.
 */
async function standIn(electron: string): Promise<void> {
  await mkdir(join(electron, 'resources'), { recursive: true });
  await mkdir(join(electron, 'locales'));
  const fuses = Buffer.concat([Buffer.from(FUSE_SENTINEL), Buffer.of(1, 9), Buffer.from('101100111')]);
  await writeFile(join(electron, 'electron'), Buffer.concat([Buffer.alloc(64), fuses, Buffer.alloc(64)]));
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) {
    await writeFile(join(electron, name), '');
  }
}

async function electronBuilder(args: readonly string[]): Promise<void> {
  const builder = spawn(process.execPath, ['node_modules/electron-builder/cli.js', ...args], { cwd: ROOT });
  let output = '';
  for (const stream of [builder.stdout, builder.stderr])
    stream.on('data', (chunk: Buffer) => (output += String(chunk)));
  const [code] = (await once(builder, 'close')) as [number | null];
  expect(code, output).toBe(0);
}

// Only Linux's electron-builder takes such a stand-in.
describe.skipIf(process.platform !== 'linux')('the packaged app, but for Electron itself', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'locker-package-'));
    await standIn(join(folder, 'electron'));
    await stagePackage();
    const overrides = [
      `-c.electronDist=${join(folder, 'electron')}`,
      `-c.directories.output=${join(folder, 'packages')}`,
    ];
    await electronBuilder(['--linux', '--dir', '--publish', 'never', ...overrides]);
    app = join(folder, 'packages', process.arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('holds in its ASAR the shell and the keychain’s package, and nothing else', () => {
    const files = listPackage(join(app, 'resources/app.asar'), { isPack: false });
    const others = files.filter((file) => !/^\/(dist|node_modules)(\/|$)|^\/package\.json$/.test(file));
    expect(others).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['/dist/shell/main.js', '/dist/shell/tray.png', `/dist/shell/${RESOURCE_HASHES_FILE}`]),
    );
    expect(files.filter((file) => file.startsWith('/dist/') && !file.startsWith('/dist/shell'))).toEqual([]);
    const packages = files.filter(
      (file) => /^\/node_modules\/[^@]/.test(file) || /^\/node_modules\/@(?!napi-rs)/.test(file),
    );
    expect(packages).toEqual([]);
  });

  it('starts with the shell, which finds every file beside the ASAR as it was packaged', async () => {
    const asar = join(app, 'resources/app.asar');
    expect(JSON.parse(extractFile(asar, 'package.json').toString())).toMatchObject({ main: 'dist/shell/main.js' });
    const list = extractFile(asar, `dist/shell/${RESOURCE_HASHES_FILE}`).toString();
    const hashes = ResourceHashes.parse(JSON.parse(list));
    for (const path of [
      'node/node',
      'core/cli.js',
      'sandbox/sandbox.mjs',
      'native/sqlite.node',
      'renderer/index.html',
      'service-pages/waiting.html',
    ]) {
      expect(Object.keys(hashes)).toContain(path);
    }
    expect(await changedResources(join(app, 'resources'), hashes)).toEqual([]);
    await writeFile(join(app, 'resources/core/cli.js'), '// another');
    expect(await changedResources(join(app, 'resources'), hashes)).toEqual(['core/cli.js']);
  });

  it('has its fuses flipped', async () => {
    const { version, ...fuses } = await getCurrentFuseWire(join(app, 'data-locker'));
    expect(version).toBe('1');
    const is = (fuse: FuseV1Options): boolean => fuses[fuse] === FuseState.ENABLE;
    expect({
      runAsNode: is(FuseV1Options.RunAsNode),
      cookies: is(FuseV1Options.EnableCookieEncryption),
      nodeOptions: is(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: is(FuseV1Options.EnableNodeCliInspectArguments),
      asarIntegrity: is(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: is(FuseV1Options.OnlyLoadAppFromAsar),
      filePrivileges: is(FuseV1Options.GrantFileProtocolExtraPrivileges),
    }).toEqual({
      runAsNode: false,
      cookies: true,
      nodeOptions: false,
      inspect: false,
      asarIntegrity: true,
      onlyAsar: true,
      filePrivileges: false,
    });
  });
});
