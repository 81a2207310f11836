/** docs/publishing.md, read and done as it is printed, by somebody who has nothing but an empty folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locker as command, temporaryFolder } from '../../main/core/testing.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { startLocker, type DrivenLocker } from './driven-locker.ts';

const PROJECT = join(import.meta.dirname, '../..');
const ID = 'com.example.my-feed';
/** What the page starts in terminals of their own: it ends with Ctrl-C, here with the test. */
const LASTING = /^(?:locker start|locker algorithm dev|python3) /;

interface Step {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
function stepsOf(page: string): Step[] {
  return Array.from(page.matchAll(/^```(sh|diff)\n(.*?)^```$/gms), ([, language = '', text = '']) => ({
    language,
    text: text.trimEnd(),
  }));
}

let home: Awaited<ReturnType<typeof temporaryFolder>>;
let locker: DrivenLocker | undefined;
const server = createServer((request, response) => {
  readFile(join(home.path, 'repo', normalize(decodeURIComponent(request.url ?? '')))).then(
    (file) => response.end(file),
    () => response.writeHead(404).end(),
  );
});

beforeAll(async () => {
  home = await temporaryFolder();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  await locker?.[Symbol.asyncDispose]();
  server.close();
  await home[Symbol.asyncDispose]();
});

/** Runs a line of the page, as bash does. */
async function shell(line: string, input = ''): Promise<string> {
  const begin = stepsOf(await readFile(join(PROJECT, 'docs/publishing.md'), 'utf8'))[0]?.text ?? '';
  const script = `${begin.replace('/path/to/the/sources', PROJECT)}\n${line}\n`;
  const child = spawn('bash', ['-e', '-c', script], { cwd: home.path, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${line}\n${said}`);
  return said;
}

/** The page's own edit: each line that begins with - becomes the one with + after it. */
async function edit(diff: string): Promise<void> {
  const [, before = '', after = ''] = /^-(.*)\n\+(.*)$/.exec(diff) ?? [];
  const path = join(home.path, 'my-feed/index.ts');
  const code = await readFile(path, 'utf8');
  expect(code).toContain(before);
  await writeFile(path, code.replace(before, after));
}

/** `locker algorithm dev`, until it has shown a feed. */
async function develop(): Promise<void> {
  await using running = command(['algorithm', 'dev', join(home.path, 'my-feed'), '--no-open', '--port', '0']);
  await running.says(/My feed 1\.0\.0: installed\. Alone, it makes this feed:\n +1 /);
  running.child.kill('SIGINT');
  expect(await running.ended).toBe(0);
}

test.skipIf(process.platform === 'win32')(
  'an algorithm goes from nothing into somebody’s feed, and is taken back, by the page alone',
  async () => {
    const page = await readFile(join(PROJECT, 'docs/publishing.md'), 'utf8');
    const [begin, ...steps] = stepsOf(page.slice(0, page.indexOf('## A new version')));
    expect(begin?.text).toContain('/path/to/the/sources');
    const place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const said = new Map<string, string>();
    const lasting: string[] = [];
    let fingerprint = '';
    for (const { language, text } of steps) {
      if (language === 'diff') {
        await edit(text);
        continue;
      }
      for (const line of text.split('\n')) {
        if (LASTING.test(line)) {
          lasting.push(line);
          if (line.startsWith('locker start ')) locker = await startLocker(join(home.path, 'town'), ['--sample']);
          if (line.startsWith('locker algorithm dev ')) await develop();
          continue;
        }
        const real = line.replace('http://127.0.0.1:8765', place).replace('…', fingerprint);
        const answer = await shell(real);
        said.set(line.split(' ').slice(0, 3).join(' '), answer);
        fingerprint = /fingerprint[^:]*: ([0-9a-f]{64})/.exec(answer)?.[1] ?? fingerprint;
      }
    }
    expect(lasting).toEqual([
      'locker algorithm dev my-feed',
      'python3 -m http.server 8765 --bind 127.0.0.1 --directory repo',
      'locker start --sample --data town',
    ]);
    expect(said.get('locker algorithm test')).toMatch(/✓ hardened tier: 3 vectors agree/);
    expect(said.get('locker repository add')).toMatch(/^Added Example: 1 algorithm$/m);
    expect(said.get('locker algorithm install')).toMatch(
      /My feed 1\.0\.0, from Example\. It reads: how long a post is\.\nInstalled com\.example\.my-feed 1\.0\.0\./,
    );

    // "Algorithms, Installed, Add to the mix": what that button does.
    if (locker === undefined) throw new Error('the page starts no locker');
    const mix = await locker.call(ROUTES.getMix);
    const entry = { entry: 'my-feed', algorithm: ID, enabled: true, weight: 1, settings: {} };
    const own = { ...mix, entries: [...mix.entries, entry] };
    await locker.call(ROUTES.saveMix, { body: own });
    const feed = await locker.call(ROUTES.makeFeed, { body: {} });
    expect(feed.notices).toEqual([]);
    const [first] = feed.items;
    const why = await locker.call(ROUTES.feedWhy, {
      params: { id: feed.feedId, record: first?.post.id ?? '' },
    });
    expect(JSON.stringify(why)).toContain('My feed');

    // "Taking one back", and the refresh that the page names.
    for (const { text } of stepsOf(page.slice(page.indexOf('## Taking one back')))) await shell(text);
    expect(await shell('locker repository refresh --data town')).toMatch(/^Example: 1 algorithm$/m);
    const after = await locker.call(ROUTES.makeFeed, { body: {} });
    expect(after.notices).toMatchObject([{ algorithm: ID, problem: 'revoked' }]);
    const card = (await locker.call(ROUTES.algorithms)).items.find(({ id }) => id === ID);
    expect(card?.revoked).toEqual({ reason: 'It counts boosts twice.', overridden: false });
  },
  600_000,
);
