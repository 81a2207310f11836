import { existsSync, readdirSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask, locker, OPEN_LINE, temporaryFolder, type Command } from './testing.ts';

const PASSPHRASE = 'seven small boats at noon';

function start(folder: string, ...more: string[]): Command {
  return locker(['start', '--data', folder, '--port', '0', '--no-open', ...more]);
}

async function sessionOf(started: Command): Promise<{ origin: string; token: string }> {
  const [, origin = '', launch = ''] = await started.says(OPEN_LINE);
  const { answer } = await ask(`${origin}/owner/session`, { method: 'POST', body: { launch } });
  return { origin, token: (answer as { token: string }).token };
}

async function makeLocker(started: Command): Promise<{ origin: string; token: string }> {
  const { origin, token } = await sessionOf(started);
  const made = await ask(`${origin}/owner/locker`, { method: 'POST', token, body: { passphrase: PASSPHRASE } });
  return { origin, token: (made.answer as { token: string }).token };
}

/** What the command prints for the owner: a sentence with a code, no stack. */
function expectMessage(command: Command, code: string): void {
  expect(command.errors()).toMatch(new RegExp(`^locker: .+ \\(${code}(: .+)?\\)$`, 'm'));
  expect(command.errors()).not.toMatch(/^\s+at |node:internal|\.ts:\d+/m);
}

describe('locker', () => {
  it('explains itself', async () => {
    await using help = locker(['--help']);
    expect(await help.ended).toBe(0);
    expect(help.output()).toContain('locker import PATH');
    expect(help.errors()).toBe('');
  });

  it('refuses options it does not have', async () => {
    await using bad = locker(['start', '--prot', '80']);
    expect(await bad.ended).toBe(2);
    expectMessage(bad, 'bad_arguments');
  });

  it('answers, and ends by Ctrl-C with nothing left behind', async () => {
    await using folder = await temporaryFolder();
    await using started = start(folder.path);
    const { origin } = await makeLocker(started);
    const files = readdirSync(folder.path);
    expect(files).toContain('instance.json');
    for (const file of files) expect(statSync(join(folder.path, file)).mode & 0o077).toBe(0);
    expect((await ask(`${origin}/owner/status`)).answer).toMatchObject({ state: 'open', sample: false });
    started.child.kill('SIGINT');
    expect(await started.ended).toBe(0);
    expect(started.output().trim().split('\n')).toHaveLength(1);
    expect(readdirSync(folder.path).filter((file) => /instance|sock|wal/.test(file))).toEqual([]);
    expect(started.errors()).not.toContain(PASSPHRASE);
  });

  it('lets nobody make the locker without the launch link', async () => {
    await using folder = await temporaryFolder();
    await using started = start(folder.path);
    const [, origin = ''] = await started.says(OPEN_LINE);
    const made = await ask(`${origin}/owner/locker`, { method: 'POST', body: { passphrase: PASSPHRASE } });
    expect(made).toMatchObject({ status: 401, answer: { code: 'unauthenticated' } });
    expect(existsSync(join(folder.path, 'locker.key'))).toBe(false);
  });

  it('hands a second start over to the first', async () => {
    await using folder = await temporaryFolder();
    await using first = start(folder.path);
    const { origin } = await makeLocker(first);
    await using second = start(folder.path);
    expect(await second.ended).toBe(0);
    const [, sameOrigin, launch] = await second.says(OPEN_LINE);
    expect(sameOrigin).toBe(origin);
    expect((await ask(`${origin}/owner/session`, { method: 'POST', body: { launch } })).status).toBe(200);
  });

  it('runs once when started many times at once', async () => {
    await using folder = await temporaryFolder();
    await using stack = new AsyncDisposableStack();
    const all = Array.from({ length: 4 }, () => stack.use(start(folder.path)));
    const origins = await Promise.all(all.map(async (one) => (await one.says(OPEN_LINE))[1]));
    expect(new Set(origins).size).toBe(1);
    const codes = await Promise.all(all.map((one) => Promise.race([one.ended, first(all, origins)])));
    expect(codes.filter((code) => code === 0)).toHaveLength(3);
  });

  it('takes over from a locker that was killed', async () => {
    await using folder = await temporaryFolder();
    await using killed = start(folder.path);
    await makeLocker(killed);
    killed.child.kill('SIGKILL');
    await killed.ended;
    await using next = start(folder.path);
    const [, origin = ''] = await next.says(OPEN_LINE);
    expect((await ask(`${origin}/owner/status`)).answer).toMatchObject({ state: 'vault-locked', problem: null });
    const opened = await ask(`${origin}/owner/session`, { method: 'POST', body: { passphrase: PASSPHRASE } });
    expect(opened.status).toBe(200);
    expect(readdirSync(folder.path).filter((file) => file.endsWith('.sock'))).toHaveLength(1);
  });

  it('takes an unreadable instance file for none', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'instance.json'), '{"socket":');
    await using started = start(folder.path);
    await started.says(OPEN_LINE);
  });

  it('says that its port is taken', async () => {
    await using folder = await temporaryFolder();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    await using started = locker(['start', '--data', folder.path, '--port', port, '--no-open']);
    expect(await started.ended).toBe(1);
    expectMessage(started, 'port_in_use');
    expect(readdirSync(folder.path)).toEqual([]);
    other.close();
  });

  it('says that the data folder is a file', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'f');
    await writeFile(file, '');
    await using started = start(file);
    expect(await started.ended).toBe(2);
    expectMessage(started, 'bad_arguments');
  });

  it('shows a damaged key file on the screens instead of making a new locker', async () => {
    await using folder = await temporaryFolder();
    await writeFile(join(folder.path, 'locker.key'), 'garbage');
    await using started = start(folder.path);
    const [, origin = ''] = await started.says(OPEN_LINE);
    const { answer } = await ask(`${origin}/owner/status`);
    expect(answer).toMatchObject({ state: 'vault-locked', problem: 'store_keyfile_damaged' });
    expect(await readFile(join(folder.path, 'locker.key'), 'utf8')).toBe('garbage');
  });
});

/** Resolves when all but one have ended. */
async function first(all: readonly Command[], origins: readonly unknown[]): Promise<'running'> {
  const codes = all.map((one) => one.ended);
  let left = origins.length;
  await new Promise<void>((resolve) => codes.forEach((code) => void code.then(() => --left === 1 && resolve())));
  return 'running';
}

describe('locker start --headless', () => {
  it('stays locked, unless a key file opens it', async () => {
    await using folder = await temporaryFolder();
    await using maker = start(folder.path);
    await makeLocker(maker);
    maker.child.kill('SIGTERM');
    expect(await maker.ended).toBe(0);
    const key = join(folder.path, 'secret');
    await using made = locker(['key-file', key, '--data', folder.path], `${PASSPHRASE}\n`);
    expect(await made.ended).toBe(0);
    await using shut = start(folder.path, '--headless');
    const [, origin = ''] = await shut.says(OPEN_LINE);
    expect((await ask(`${origin}/owner/status`)).answer).toMatchObject({ state: 'vault-locked' });
    shut.child.kill('SIGTERM');
    expect(await shut.ended).toBe(0);
    await using open = start(folder.path, '--headless', '--key-file', key);
    const { origin: opened, token } = await sessionOf(open);
    expect((await ask(`${opened}/owner/settings`, { token })).status).toBe(200);
  });

  it('ends with a message where the key file is wrong', async () => {
    await using folder = await temporaryFolder();
    await using maker = start(folder.path);
    await makeLocker(maker);
    maker.child.kill('SIGTERM');
    await maker.ended;
    await using wrong = start(folder.path, '--headless', '--key-file', join(folder.path, 'locker.key'));
    expect(await wrong.ended).toBe(1);
    expectMessage(wrong, 'wrong_secret_file');
  });
});

describe('locker import', () => {
  it('says where there is no locker, no passphrase, a wrong one, or no file', async () => {
    await using folder = await temporaryFolder();
    await using none = locker(['import', 'x.json', '--data', folder.path]);
    expect(await none.ended).toBe(1);
    expectMessage(none, 'no_locker');
    await using maker = start(folder.path);
    await makeLocker(maker);
    maker.child.kill('SIGTERM');
    await maker.ended;
    for (const [input, code] of [
      ['', 'locked'],
      ['wrong\n', 'wrong_passphrase'],
      [`${PASSPHRASE}\n`, 'import_path_missing'],
    ] as const) {
      await using command = locker(['import', join(folder.path, 'missing.json'), '--data', folder.path], input);
      expect(await command.ended).toBe(1);
      expectMessage(command, code);
    }
  });
});

describe('a locker that is open', () => {
  const note = (id: number): object => ({
    '@context': 'https://www.w3.org/ns/activitystreams',
    type: 'Note',
    id: `https://town.example/notes/${id}`,
    attributedTo: 'https://town.example/ada',
    content: `<p>Number ${id}</p>`,
    published: '2026-01-01T10:00:00Z',
    to: 'https://www.w3.org/ns/activitystreams#Public',
  });

  it('does the work of import and feed verify', async () => {
    await using folder = await temporaryFolder();
    await using started = start(folder.path);
    const { origin, token } = await makeLocker(started);
    const file = join(folder.path, 'notes.json');
    await writeFile(file, JSON.stringify([note(1), note(2)]));
    await using imported = locker(['import', file, '--data', folder.path]);
    expect(await imported.ended).toBe(0);
    expect(imported.output()).toMatch(/ActivityStreams JSON, 1 file$/m);
    expect(imported.output()).toMatch(/records +2 new, 0 changed, 0 already there/);
    await using again = locker(['import', file, '--data', folder.path]);
    expect(await again.ended).toBe(0);
    expect(again.output()).toMatch(/records +0 new, 0 changed, 2 already there/);
    expect((await ask(`${origin}/owner/summary`, { token })).answer).toMatchObject({ total: 2 });
    const feed = await ask(`${origin}/owner/feeds`, { method: 'POST', token, body: { order: 'newest' } });
    const { feedId } = feed.answer as { feedId: string };
    await using verified = locker(['feed', 'verify', feedId, '--data', folder.path]);
    expect(await verified.ended).toBe(0);
    expect(verified.output()).toMatch(/^Same/);
    await using unknown = locker(['feed', 'verify', 'f'.repeat(32), '--data', folder.path]);
    expect(await unknown.ended).toBe(1);
    expectMessage(unknown, 'feed_not_found');
  });
});

describe('locker start --sample', () => {
  it('opens a made-up town by the link and throws it away at the end', async () => {
    await using started = locker(['start', '--sample', '--port', '0', '--no-open']);
    const { origin, token } = await sessionOf(started);
    const [, passphrase] = await started.says(/passphrase: ([\w-]{23})$/m);
    expect((await ask(`${origin}/owner/status`)).answer).toMatchObject({ state: 'open', sample: true });
    const { answer } = await ask(`${origin}/owner/system`, { token });
    const { dataFolder } = answer as { dataFolder: string };
    expect(existsSync(dataFolder)).toBe(true);
    expect((await ask(`${origin}/owner/session`, { method: 'POST', body: { passphrase } })).status).toBe(200);
    started.child.kill('SIGINT');
    expect(await started.ended).toBe(0);
    expect(existsSync(dataFolder)).toBe(false);
    expect(started.errors()).not.toContain(passphrase);
  });
});
