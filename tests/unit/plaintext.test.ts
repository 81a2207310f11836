import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locker } from '../../main/core/testing.ts';
import { findPlaintext } from '../../main/store/testing.ts';
import { ROUTES } from '../../protocol/owner/routes.ts';
import { noteJson, PASSPHRASE, startLocker, type DrivenLocker } from '../api/driven-locker.ts';

/** Words that occur nowhere else on this machine, by where they come from. */
const WORDS = {
  file: unique('file'),
  tag: unique('tag'),
  author: unique('author'),
  japanese: `雪山の${unique('kanji')}灯台`,
  upload: unique('upload'),
  uploadName: unique('name'),
  garbage: unique('garbage'),
  polled: unique('polled'),
  feedTitle: unique('title'),
  muted: unique('muted'),
  mutedHost: `${unique('host')}.example`,
  edited: unique('edited'),
  searched: unique('searched'),
  broken: unique('broken'),
  mix: unique('mix'),
};

function unique(name: string): string {
  return `zq${name}${randomBytes(6).toString('hex')}`;
}

const started = Date.now();
const outside = process.env['TMPDIR'];
let base: string;
let data: string;
let temporary: string;
let server: Server;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'locker-plain-'));
  data = join(base, 'data');
  temporary = join(base, 'tmp');
  await mkdir(temporary);
  // The locker's own temporary files land here and nowhere else.
  process.env['TMPDIR'] = temporary;
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/rss+xml').end(
      `<rss version="2.0"><channel><title>${WORDS.feedTitle}</title><link>http://feed.example/</link>
       <item><guid>urn:x:1</guid><title>One</title><description>${WORDS.polled}</description></item></channel></rss>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  if (outside === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = outside;
  server.close();
  await rm(base, { recursive: true, force: true });
});

async function expectNone(secrets: readonly string[], when: string): Promise<void> {
  const needles = [...Object.values(WORDS), ...secrets];
  expect(await findPlaintext(data, needles), when).toEqual([]);
  expect(await findPlaintext(temporary, needles), when).toEqual([]);
}

test('what is read, written, searched and shown is found in no file and no line of the log', async () => {
  const recovery: string[] = [];
  await using running = await startLocker(data);
  await fill(running);
  await expectNone([PASSPHRASE], 'after imports');

  await use(running);
  recovery.push((await running.call(ROUTES.newRecoveryCode, { body: { passphrase: PASSPHRASE } })).recoveryCode);
  await expectNone([PASSPHRASE, ...recovery], 'after use');
  // The sandbox's folder, for one: temporary files do come here.
  expect(await readdir(temporary)).not.toEqual([]);

  await complain(running);
  await running.call(ROUTES.lock, { body: { what: 'vault' } });
  await expectNone([PASSPHRASE, ...recovery], 'vault locked');
  await running.unlock();
  const { total } = await running.call(ROUTES.dataSummary);
  expect(total).toBeGreaterThan(0);
  expect(await running.stop()).toBe(0);
  await expectNone([PASSPHRASE, ...recovery], 'closed');
  const left = await readdir(temporary, { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => !entry.isDirectory()).map(({ name }) => name)).toEqual([]);
  for (const word of [...Object.values(WORDS), PASSPHRASE, ...recovery]) {
    expect(running.command.output() + running.command.errors()).not.toContain(word);
  }
  expect(await temporaryFilesWith(Object.values(WORDS))).toEqual([]);
});

test('the search finds what lies open', async () => {
  const place = join(base, 'open');
  await mkdir(place);
  await writeFile(join(place, 'wide'), Buffer.from(`x${WORDS.japanese}`, 'utf16le'));
  await writeFile(join(place, 'narrow'), `${'x'.repeat(1024 * 1024 - 5)}${WORDS.file}`);
  const found = await findPlaintext(place, Object.values(WORDS));
  expect(found.map(({ needle }) => needle).sort()).toEqual([WORDS.file, WORDS.japanese].sort());
});

/** Brings in posts from a file, an upload and a feed. */
async function fill(running: DrivenLocker): Promise<void> {
  const file = join(base, 'notes.json');
  const note = noteJson('https://town.example/notes/1', `${WORDS.file} ${WORDS.japanese}`, {
    attributedTo: { type: 'Person', id: 'https://town.example/ada', name: WORDS.author },
    tag: [{ type: 'Hashtag', name: `#${WORDS.tag}` }],
  });
  const muted = noteJson('https://town.example/notes/2', `${WORDS.muted} here`);
  await writeFile(file, JSON.stringify([note, muted]));
  await using imported = locker(['import', file, '--data', data]);
  expect(await imported.ended).toBe(0);

  const upload = JSON.stringify([noteJson('https://town.example/notes/3', WORDS.upload)]);
  const waiting = await running.upload(`export/${WORDS.uploadName}.json`, upload);
  expect((await readdir(join(data, 'uploads'), { recursive: true })).length).toBeGreaterThan(0);
  await expectNone([], 'while an upload waits');
  const run = await running.call(ROUTES.startImport, { params: { id: waiting }, body: { name: WORDS.uploadName } });
  await running.progress(run.id, () => undefined);
  expect(await running.call(ROUTES.importRun, { params: run })).toMatchObject({ state: 'done', report: { added: 1 } });
  const garbage = await running.importFile(`${WORDS.garbage}.json`, `{"${WORDS.garbage}": [`);
  expect(garbage.state).toBe('failed');

  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/${WORDS.feedTitle}`;
  const { id } = await running.call(ROUTES.addSubscription, { body: { url, allowLoopback: true } });
  await running.call(ROUTES.pollSubscription, { params: { id } });
  expect((await running.call(ROUTES.dataSummary)).total).toBeGreaterThanOrEqual(5);
}

/** Feeds, muted words, searches, an edit, deleting and undoing. */
async function use(running: DrivenLocker): Promise<void> {
  const found = async (q: string): Promise<string[]> =>
    (await running.call(ROUTES.records, { query: { q } })).items.map(({ id }) => id);
  const muted = { value: WORDS.muted, targets: ['content'], severity: 3, excludeFollowing: false, expiresAt: null };
  await running.call(ROUTES.saveWords, { body: { words: [muted], hosts: [WORDS.mutedHost] } });
  const mix = await running.call(ROUTES.getMix);
  const blocker = { entry: 'words', algorithm: 'org.datalocker.muted-words', enabled: true, weight: 1, settings: {} };
  const entries = [...mix.entries.filter(({ algorithm }) => algorithm !== blocker.algorithm), blocker];
  await running.call(ROUTES.saveMix, { body: { ...mix, name: WORDS.mix, entries } });
  const page = await running.call(ROUTES.makeFeed, { body: { order: 'mix', limit: 40 } });
  const params = { id: page.feedId };
  const drawer = await running.call(ROUTES.feedHidden, { params });
  expect(drawer.items.map(({ post }) => post.text)).toEqual([`${WORDS.muted} here`]);
  const first = page.items[0]?.post.id ?? '';
  await running.call(ROUTES.feedWhy, { params: { ...params, record: first } });
  await running.call(ROUTES.feedPosition, { params, body: { record: first } });
  await running.call(ROUTES.feedVerify, { params });
  for (const { algorithm } of mix.entries.slice(0, 1)) {
    await running.call(ROUTES.makeException, { body: { algorithm, target: 'author', record: first } });
  }

  for (const word of [WORDS.file, WORDS.japanese, WORDS.upload, WORDS.polled])
    expect(await found(word), word).toHaveLength(1);
  expect(await found(WORDS.searched)).toEqual([]);
  const [uploaded = ''] = await found(WORDS.upload);
  const changes = { content: `<p>${WORDS.edited}</p>` };
  await running.call(ROUTES.editRecord, { params: { id: uploaded }, body: { changes } });
  expect(await found(WORDS.edited)).toEqual([uploaded]);
  for (const act of ['like', 'mute'] as const) {
    const { id } = await running.call(ROUTES.makeAct, { body: { act, record: first } });
    if (act === 'mute') await running.call(ROUTES.undoAct, { params: { id } });
  }
  const [filed = ''] = await found(WORDS.file);
  const { undo } = await running.call(ROUTES.deleteRecords, { body: { ids: [filed] } });
  expect(await found(WORDS.file)).toEqual([]);
  await running.call(ROUTES.undoDelete, { body: { undo } });
  expect(await found(WORDS.file)).toHaveLength(1);
  await running.call(ROUTES.deleteRecords, { body: { ids: [uploaded] } });
  const { items } = await running.call(ROUTES.imports);
  await running.call(ROUTES.undoImport, { params: { id: items[0]?.id ?? '' } });
}

/** Requests that are refused: what they carried is told to nobody. */
async function complain(running: DrivenLocker): Promise<void> {
  const refused = async (asked: Promise<unknown>): Promise<void> => {
    await expect(asked).rejects.toThrow(/^[a-z_]+$/);
  };
  await refused(running.call(ROUTES.records, { query: { q: 'x', cursor: WORDS.broken } }));
  await refused(running.call(ROUTES.editRecord, { params: { id: WORDS.broken }, body: { changes: {} } }));
  await refused(running.call(ROUTES.saveWords, { body: { words: [WORDS.broken], hosts: [] } }));
  await refused(running.call(ROUTES.addSubscription, { body: { url: `gopher://${WORDS.broken}` } }));
  await refused(running.call(ROUTES.changePassphrase, { body: { current: WORDS.broken, next: PASSPHRASE } }));
}

/** Files in the system's temporary folder that are newer than this test and contain a needle; others come and go meanwhile. */
async function temporaryFilesWith(needles: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of await readdir('/tmp', { recursive: true }).catch(() => [])) {
    const file = join('/tmp', path);
    if (file.startsWith(base)) continue;
    const about = await stat(file).catch(() => null);
    if (about?.isFile() !== true || about.mtimeMs < started || about.size > 64 * 1024 * 1024) continue;
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (needles.some((needle) => bytes.includes(needle) || bytes.includes(needle, 0, 'utf16le'))) found.push(file);
  }
  return found;
}
