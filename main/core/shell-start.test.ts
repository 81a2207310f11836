import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CoreEvent, SOCKET_TOKEN_HEADER, type ShellStart } from '../../protocol/shell.ts';
import { locker, temporaryFolder, type Command } from './testing.ts';

const TOKEN = randomBytes(32).toString('base64url');

interface Shell extends AsyncDisposable {
  readonly core: Command;
  send(line: unknown): void;
  /** The next event of this kind that was not given yet. */
  next(kind: CoreEvent['event']): Promise<CoreEvent>;
  ask(method: string, path: string, body?: unknown, session?: string): Promise<{ status: number; answer: unknown }>;
}

function shell(folder: string, start: Partial<ShellStart> = {}): Shell {
  const socket = join(folder, 'shell.sock');
  const core = locker(['start', '--socket', socket, '--data', folder], null);
  const send = (line: unknown): void => void core.child.stdin?.write(`${JSON.stringify(line)}\n`);
  send({ token: TOKEN, keychainAvailable: false, keychain: null, ...start });
  const given = new Map<string, number>();
  return {
    core,
    send,
    async next(kind) {
      const skip = given.get(kind) ?? 0;
      given.set(kind, skip + 1);
      const line = `\\{"event":"${kind}"[^\\n]*`;
      const [all] = await core.says(new RegExp(`(?:${line}[^]*?){${skip + 1}}\\n`));
      const found = [...all.matchAll(new RegExp(line, 'g'))][skip]?.[0] ?? '';
      return CoreEvent.parse(JSON.parse(found));
    },
    ask: (method, path, body, session) =>
      new Promise((resolve, reject) => {
        const headers: Record<string, string> = { host: 'app', [SOCKET_TOKEN_HEADER]: TOKEN };
        if (body !== undefined) headers['content-type'] = 'application/json';
        if (session !== undefined) headers['authorization'] = `Bearer ${session}`;
        const outgoing = request({ socketPath: socket, method, path, headers }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, answer: JSON.parse(text) }));
        });
        outgoing.on('error', reject);
        outgoing.end(body === undefined ? undefined : JSON.stringify(body));
      }),
    [Symbol.asyncDispose]: () => core[Symbol.asyncDispose](),
  };
}

async function sessionOf(window: Shell): Promise<string> {
  const open = await window.next('open');
  const launch = open.event === 'open' ? open.path.split('=')[1] : '';
  const { answer } = await window.ask('POST', '/owner/session', { launch });
  return (answer as { token: string }).token;
}

describe('locker start --socket', () => {
  it('talks to the shell alone, keeps the key in its keychain and opens by it the next time', async () => {
    await using folder = await temporaryFolder();
    let keychain: string | null;
    {
      await using window = shell(folder.path, { keychainAvailable: true });
      const session = await sessionOf(window);
      const made = await window.ask('POST', '/owner/locker', { passphrase: 'seven small boats at noon' }, session);
      expect(made.status).toBe(200);
      // The first entry holds only the counter that tells an old copy of the store.
      do {
        const event = await window.next('keychain');
        keychain = event.event === 'keychain' ? event.value : null;
      } while (keychain?.includes('"secret":null') === true);
      expect(window.core.output()).not.toContain('seven small boats');
      expect(window.core.output()).not.toContain(TOKEN);
      window.send({ command: 'quit' });
      expect(await window.core.ended).toBe(0);
    }
    await using window = shell(folder.path, { keychainAvailable: true, keychain });
    const session = await sessionOf(window);
    expect((await window.ask('GET', '/owner/status')).answer).toMatchObject({ state: 'open' });
    expect((await window.ask('GET', '/owner/settings', undefined, session)).status).toBe(200);
    window.send({ command: 'lock' });
    window.send({ command: 'link' });
    const fresh = await sessionOf(window);
    expect((await window.ask('GET', '/owner/settings', undefined, session)).status).toBe(401);
    expect((await window.ask('GET', '/owner/settings', undefined, fresh)).status).toBe(200);
    window.core.child.stdin?.end();
    expect(await window.core.ended).toBe(0);
  });

  it('asks for the passphrase where the keychain holds another locker’s key', async () => {
    await using folder = await temporaryFolder();
    const keychain = JSON.stringify({ id: 'other', secret: null, epoch: 0 });
    await using window = shell(folder.path, { keychainAvailable: true, keychain });
    await window.next('open');
    expect((await window.ask('GET', '/owner/status')).answer).toMatchObject({ state: 'new' });
  });

  it('says that another locker has the folder', async () => {
    await using folder = await temporaryFolder();
    await using first = locker(['start', '--data', folder.path, '--port', '0', '--no-open']);
    await first.says(/Data Locker is open/);
    await using window = shell(folder.path);
    expect(await window.next('problem')).toEqual({ event: 'problem', code: 'store_busy' });
    expect(await window.core.ended).toBe(1);
  });

  it('ends where the first line is none of the shell’s', async () => {
    await using folder = await temporaryFolder();
    await using window = locker(
      ['start', '--socket', join(folder.path, 's'), '--data', folder.path],
      '{"token":"x"}\n',
    );
    expect(await window.ended).toBe(1);
    await using silent = locker(['start', '--socket', join(folder.path, 's'), '--data', folder.path], '');
    expect(await silent.ended).toBe(1);
  });
});
