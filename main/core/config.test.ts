import { describe, expect, it } from 'vitest';
import { LockerError } from '../../protocol/errors.ts';
import { readConfig, type Config, type World } from './config.ts';
import { helpText } from './help.ts';
import { COMMANDS, EXIT_CODES, OPTIONS } from './options.ts';

function read(args: readonly string[], world: Partial<World> = {}): Config {
  return readConfig({ args, env: {}, platform: 'linux', cwd: '/here', home: '/home/a', ...world });
}

function detailOf(args: readonly string[]): string | undefined {
  try {
    read(args);
    return undefined;
  } catch (error) {
    if (error instanceof LockerError && error.code === 'bad_arguments') return error.detail;
    throw error;
  }
}

describe('config', () => {
  it('starts without a word, on the fixed port, in the browser', () => {
    expect(read([])).toEqual({
      command: 'start',
      operand: null,
      dataFolder: '/home/a/.local/share/data-locker',
      port: 4870,
      open: true,
      headless: false,
      sample: false,
      keyFile: null,
      key: null,
      socket: null,
      services: { port: 4863, origin: null },
    });
    expect(Object.isFrozen(read([]))).toBe(true);
  });

  it('puts the locker where the system keeps application data', () => {
    expect(read([], { env: { XDG_DATA_HOME: '/data' } }).dataFolder).toBe('/data/data-locker');
    expect(read([], { env: { XDG_DATA_HOME: 'relative' } }).dataFolder).toBe('/home/a/.local/share/data-locker');
    expect(read([], { platform: 'darwin' }).dataFolder).toBe('/home/a/Library/Application Support/Data Locker');
    expect(read([], { platform: 'win32', env: { APPDATA: '/roaming' } }).dataFolder).toBe('/roaming/Data Locker');
  });

  it('takes paths from where the owner is', () => {
    expect(read(['import', 'a.zip', '--data', 'd'])).toMatchObject({ operand: '/here/a.zip', dataFolder: '/here/d' });
    expect(read(['start', '--key-file=../k']).keyFile).toBe('/k');
    expect(read(['feed', 'verify', 'abc']).operand).toBe('abc');
  });

  it('opens no browser when told so, headless, or for the desktop', () => {
    expect(read(['--no-open']).open).toBe(false);
    expect(read(['start', '--headless'])).toMatchObject({ open: false, headless: true });
    expect(read(['start', '--socket', '/s'])).toMatchObject({ open: false, socket: '/s' });
  });

  it('lets services reach a port of its own, under the address of a proxy, or not at all', () => {
    expect(read(['--service-port', '0']).services).toEqual({ port: 0, origin: null });
    const origin = 'https://locker.example';
    expect(read(['--service-origin', origin]).services).toEqual({ port: 4863, origin });
    expect(read(['--no-services']).services).toBeNull();
    expect(read(['import', 'a']).services).toBeNull();
    for (const wrong of ['http://locker.example', 'https://locker.example/', 'https://locker.example/x', 'locker']) {
      expect(detailOf(['--service-origin', wrong])).toContain('https://locker.example');
    }
    expect(detailOf(['--service-port', '70000'])).toContain('--service-port');
    expect(detailOf(['--no-services', '--service-port', '1'])).toContain('--no-services');
  });

  it('keeps a sample in a throw-away folder unless one is given', () => {
    expect(read(['--sample']).dataFolder).toBeNull();
    expect(read(['--sample', '--data', '/d']).dataFolder).toBe('/d');
  });

  it.each([
    [['--nonsense']],
    [['frobnicate']],
    [['feed']],
    [['feed', 'check', 'x']],
    [['import']],
    [['import', 'a', 'b']],
    [['start', 'now']],
    [['--port', 'x']],
    [['--port', '65536']],
    [['--port', '-1']],
    [['--port']],
    [['--data', '']],
    [['import', 'a', '--port', '1']],
    [['feed', 'verify', 'x', '--sample']],
    [['--sample', '--key-file', 'k']],
    [['--socket', '/s', '--port', '0']],
    [['--no-open=yes']],
  ])('refuses %j and says why', (args) => {
    expect(detailOf(args)).toMatch(/\w/);
  });

  it('explains every command, option and exit code', () => {
    const text = helpText();
    for (const { words, help } of Object.values(COMMANDS)) {
      expect(text).toContain(`locker ${words}`);
      expect(text).toContain(help);
    }
    for (const [name, { help }] of Object.entries(OPTIONS)) {
      expect(text).toContain(`--${name}`);
      expect(text).toContain(help);
    }
    for (const { code, help } of Object.values(EXIT_CODES)) expect(text).toContain(`${code}  ${help}`);
    expect(read(['--help']).command).toBe('help');
    expect(read(['import', '--help']).command).toBe('help');
    expect(read(['help']).command).toBe('help');
    expect(read(['--version']).command).toBe('version');
  });
});
