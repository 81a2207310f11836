import { describe, expect, it } from 'vitest';
import {
  PERMISSIONS,
  externalLinkAllowed,
  mayNavigate,
  permissionAllowed,
  readKeychain,
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
