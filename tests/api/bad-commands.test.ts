import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locker, temporaryFolder, type Command } from '../../main/core/testing.ts';
import { zipOf } from '../../main/intake/testing.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { noteJson, PASSPHRASE, startLocker, type DrivenLocker } from './driven-locker.ts';
import { messageCode } from './message.ts';

const MB = 1024 * 1024;
const LONG_LINE_MB = 200;
/** Sockets and pipes that lie among files are a thing of Unix. */
const unix = process.platform !== 'win32';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
/** A locker that is open on `data` all the time: the commands go through it. */
let running: DrivenLocker;
let data: string;
let server: Server;
let before: number;

const at = (...names: string[]): string => join(folder.path, 'in', ...names);

beforeAll(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
  running = await startLocker(data);
  await running.importFile('notes.json', JSON.stringify([noteJson('https://town.example/notes/1', 'stays')]));
  before = (await running.call(ROUTES.dataSummary)).total;
  await mkdir(at('emptydir'), { recursive: true });
  await makeFiles();
  await makeSpecialFiles();
});
afterAll(async () => {
  server.close();
  await running[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

async function makeFiles(): Promise<void> {
  const random = Buffer.from(Array.from({ length: 5000 }, (_, n) => (n * 7919 + (n >> 3) * 31) % 256));
  const files: Record<string, string | Uint8Array> = {
    'empty.json': '',
    'garbage.bin': random,
    'nul.json': Buffer.alloc(100_000),
    'cut.json': '{"a":',
    'no-list.json': '{}',
    'deep.json': '['.repeat(1_000_000),
    'empty.zip': zipOf([]),
    'bomb.zip': zipOf([{ name: 'bomb.json', content: Buffer.alloc(64 * MB, ' ') }]),
    'nested.zip': zipOf([{ name: 'inner.zip', content: zipOf([{ name: 'a.json', content: '[]' }]) }]),
    'cut.zip': zipOf([{ name: 'a.json', content: JSON.stringify(noteJson('https://x.example/1', 'x')) }]).subarray(
      0,
      90,
    ),
    'not.zip': Buffer.concat([Buffer.from('PK\u0003\u0004'), random]),
    'taken.key': 'in use',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(at(name), content);
}

async function makeSpecialFiles(): Promise<void> {
  server = createServer();
  if (!unix) return;
  await mkdir(at('loop'));
  await symlink('../loop', at('loop', 'again'));
  await symlink('self', at('self'));
  await symlink('nowhere', at('dangling'));
  execFileSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', at('fifo')]);
  await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
}

/** A list of one line that seems never to end. */
async function makeLongLine(name: string, head: string, tail: string): Promise<void> {
  await using file = await open(at(name), 'w');
  await file.write(head);
  const piece = Buffer.alloc(MB, 'x');
  for (let n = 0; n < LONG_LINE_MB; n++) await file.write(piece);
  await file.write(tail);
}

async function expectFailure(command: Command, code: ErrorCode, exit = 1): Promise<void> {
  expect(await command.ended, command.errors()).toBe(exit);
  expect(messageCode(command)).toBe(code);
}

async function nothingLost(): Promise<void> {
  expect((await running.call(ROUTES.dataSummary)).total).toBe(before);
  expect(running.command.errors()).toBe('');
}

describe('arguments', () => {
  const inData = ['--data', 'x'];
  test.each([
    ['an unknown command', ['frobnicate']],
    ['half a command', ['feed']],
    ['an unknown option', ['start', '--prot', '1']],
    ['an unknown short option', ['-x']],
    ['an option of another command', ['import', 'x', '--port', '3']],
    ['an option without its value', ['start', '--data']],
    ['an option without its value before another', ['start', '--data', '--headless']],
    ['a value for an option that has none', ['start', '--headless=yes']],
    ['an operand too many', ['import', 'a', 'b', ...inData]],
    ['an operand too few', ['import', ...inData]],
    ['no feed', ['feed', 'verify', ...inData]],
    ['no key file', ['key-file', ...inData]],
    ['an empty path', ['import', '', ...inData]],
    ['an empty folder name', ['start', '--data', '']],
    ['a port that is none', ['start', '--port', 'http']],
    ['a port beyond the last', ['start', '--port', '65536']],
    ['a sample by key file', ['start', '--sample', '--key-file', 'x']],
    ['socket and port', ['start', '--socket', 'x', '--port', '1']],
  ])('%s', async (_, args) => {
    await using command = locker(args);
    await expectFailure(command, 'bad_arguments', 2);
    expect(command.output()).toBe('');
  });
});

describe('import', () => {
  const files: [string, ErrorCode][] = [
    ['nothing-there.json', 'import_path_missing'],
    ['empty.json', 'import_unrecognised'],
    ['garbage.bin', 'import_unrecognised'],
    ['nul.json', 'import_unrecognised'],
    ['cut.json', 'import_unrecognised'],
    ['no-list.json', 'import_unrecognised'],
    ['deep.json', 'import_unrecognised'],
    ['empty.zip', 'import_empty'],
    ['bomb.zip', 'import_empty'],
    ['nested.zip', 'import_unrecognised'],
    ['cut.zip', 'archive_damaged'],
    ['not.zip', 'archive_damaged'],
    ['emptydir', 'import_empty'],
  ];
  const special: [string, ErrorCode][] = [
    ['loop', 'import_empty'],
    ['self', 'import_path_missing'],
    ['dangling', 'import_path_missing'],
    ['fifo', 'import_path_missing'],
    ['socket', 'import_path_missing'],
    ['/dev/null', 'import_path_missing'],
    ['/dev/zero', 'import_path_missing'],
  ];
  test.each([...files, ...(unix ? special : [])])('of %s is told as %s', async (name, code) => {
    await using command = locker(['import', name.startsWith('/') ? name : at(name), '--data', data]);
    await expectFailure(command, code);
    await nothingLost();
  });

  test(`of a line of ${LONG_LINE_MB} MB leaves that line out and says so`, async () => {
    await makeLongLine('line.csv', 'Account address,Show boosts\n', '\n');
    // Among posts that are fine.
    const note = JSON.stringify(noteJson('https://town.example/notes/1', 'stays'));
    await makeLongLine('line.json', `[${note},{"type":"Note","content":"`, `"},${note}]`);
    for (const [name, reason, there, exit] of [
      // Nothing of it could be kept.
      ['line.csv', 'a line longer than', 0, 1],
      ['line.json', 'larger than a record may be', 2, 0],
    ] as const) {
      await using command = locker(['import', at(name), '--data', data]);
      expect(await command.ended, command.errors()).toBe(exit);
      if (exit === 1) expect(messageCode(command)).toBe('import_empty');
      expect(command.output()).toMatch(new RegExp(`records +0 new, 0 changed, ${there} already there`));
      expect(command.output()).toMatch(new RegExp(`left out +1: ${reason}`));
      await rm(at(name));
    }
    await nothingLost();
  });
});

describe('feed verify', () => {
  test.each([
    ['an unknown feed', 'f'.repeat(32), 'feed_not_found'],
    ['a path', '../../owner/summary', 'feed_not_found'],
    ['no name of a feed', '%00?#', 'feed_not_found'],
    ['a name too long', 'f'.repeat(5000), 'bad_request'],
    ['an empty name', '', 'bad_request'],
  ] as const)('of %s', async (_, id, code) => {
    await using command = locker(['feed', 'verify', id, '--data', data]);
    await expectFailure(command, code);
    await nothingLost();
  });
});

describe('key-file', () => {
  test('beside a locker that is open', async () => {
    await using command = locker(['key-file', at('new.key'), '--data', data]);
    await expectFailure(command, 'store_busy');
    expect(existsSync(at('new.key'))).toBe(false);
  });

  test('where something is already, or nothing can be', async () => {
    const closed = join(folder.path, 'closed');
    await using maker = await startLocker(closed);
    expect(await maker.stop()).toBe(0);
    const before = await readFile(join(closed, 'locker.key'), 'utf8');
    for (const path of [at('taken.key'), at('emptydir'), at('no-folder', 'x'), join(closed, 'locker.db')]) {
      await using command = locker(['key-file', path, '--data', closed], `${PASSPHRASE}\n`);
      await expectFailure(command, 'bad_arguments', 2);
    }
    expect(await readFile(at('taken.key'), 'utf8')).toBe('in use');
    await using unopened = locker(['key-file', at('new.key'), '--data', closed], 'x'.repeat(300_000));
    await expectFailure(unopened, 'wrong_passphrase');
    expect(await readFile(join(closed, 'locker.key'), 'utf8')).toBe(before);
  });
});

describe('start', () => {
  const start = (...args: string[]): Command => locker(['start', '--port', '0', '--no-open', ...args]);

  test.each(['garbage.bin', ...(unix ? ['fifo', 'socket', 'self', '/dev/null', '/proc/1'] : [])])(
    'on %s as its folder',
    async (name) => {
      await using command = start('--data', name.startsWith('/') ? name : at(name));
      await expectFailure(command, 'bad_arguments', 2);
    },
  );

  test('on a folder whose name is too long for any system', async () => {
    await using command = start('--data', at('x'.repeat(5000)));
    await expectFailure(command, 'bad_arguments', 2);
  });

  test('with a key file that is none', async () => {
    const closed = join(folder.path, 'headless');
    await mkdir(closed);
    await copyFile(join(data, 'locker.key'), join(closed, 'locker.key'));
    for (const path of [at('missing'), at('garbage.bin'), at('emptydir'), ...(unix ? [at('fifo'), '/dev/zero'] : [])]) {
      await using command = start('--headless', '--data', closed, '--key-file', path);
      await expectFailure(command, 'wrong_secret_file');
    }
    await using nothing = start('--headless', '--data', at('emptydir'), '--key-file', at('garbage.bin'));
    await expectFailure(nothing, 'no_locker');
  });

  test('for the desktop, without the desktop', async () => {
    for (const [input, code] of [
      ['', 'bad_request'],
      ['garbage\n', 'bad_request'],
      ['x'.repeat(100_000), 'too_large'],
    ] as const) {
      await using command = locker(['start', '--socket', at('s'), '--data', join(folder.path, 'shell')], input);
      await expectFailure(command, code);
      expect(existsSync(at('s'))).toBe(false);
    }
  });
});
