import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ImportRun } from '../../protocol/owner/sources.ts';
import { createRecords } from '../records/index.ts';
import { openTestStore, type TestStore } from '../store/testing.ts';
import { zipOf } from './archive/zip-fixture.ts';
import { createIntake, type Intake } from './index.ts';

const ANNA = 'https://a.example/users/anna';

function posts(count: number): string {
  return JSON.stringify({
    '@context': 'https://www.w3.org/ns/activitystreams',
    type: 'OrderedCollection',
    orderedItems: Array.from({ length: count }, (_, index) => ({
      id: `${ANNA}/statuses/${index}`,
      type: 'Note',
      attributedTo: ANNA,
      content: `<p>Post number ${index}</p>`,
      published: new Date(1_700_000_000_000 + index * 1000).toISOString(),
    })),
  });
}

let store: TestStore;
let intake: Intake;
let folder = '';
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'locker-intake-'));
  store = await openTestStore();
  intake = open();
});
afterEach(async () => {
  await intake[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

function open(): Intake {
  const records = createRecords(store, { now: Date.now });
  return createIntake({ store, records, dataFolder: folder, polls: false });
}

async function ended(id: string): Promise<ImportRun> {
  let last: ImportRun | undefined;
  for await (const run of intake.watch(id)) last = run;
  if (last === undefined) throw new Error('no run');
  return last;
}

async function importText(name: string, text: string | Buffer): Promise<ImportRun> {
  const path = join(folder, name);
  await writeFile(path, text);
  return ended(await intake.importPath(path));
}

async function serve(listener: RequestListener): Promise<string> {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
}

describe('imports', () => {
  test('store what they find; a second time adds nothing; undo leaves nothing', async () => {
    const first = await importText('posts.json', posts(700));
    expect(first).toMatchObject({ state: 'done', problem: null, progress: 1, name: 'posts.json' });
    expect(first.report).toMatchObject({
      kind: 'activitystreams',
      files: 1,
      added: 700,
      byDatatype: { 'social.post': 700 },
    });
    const second = await importText('posts.json', posts(700));
    expect(second.report).toMatchObject({ added: 0, changed: 0, unchanged: 700 });

    expect(await intake.undo(second.id)).toEqual({ removed: 0, kept: 700 });
    expect(await intake.undo(first.id)).toEqual({ removed: 700, kept: 0 });
    expect((await intake.runs()).map(({ state }) => state)).toEqual(['undone', 'undone']);
  });

  test('what can’t be recognised, or is empty, or isn’t there', async () => {
    expect(await importText('notes.txt', 'just words, and more words')).toMatchObject({
      state: 'failed',
      problem: 'import_unrecognised',
      report: { kind: 'unknown', files: 0, skipped: [{ count: 1, examples: ['notes.txt'] }] },
    });
    expect(await importText('cut.zip', zipOf([{ name: 'a', content: 'b' }]).subarray(0, 50))).toMatchObject({
      state: 'failed',
      problem: 'archive_damaged',
    });
    await expect(intake.importPath(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'import_path_missing' });
    await expect(intake.run('nothing')).rejects.toMatchObject({ code: 'import_not_found' });
  });

  test('an upload is imported and leaves no file', async () => {
    const upload = await intake.beginUpload();
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield zipOf([{ name: 'posts.json', content: posts(20) }]);
    }
    await intake.uploadFile(upload, 'export.zip', bytes());
    const run = await ended(await intake.startImport(upload, 'My export'));
    expect(run).toMatchObject({ state: 'done', name: 'My export', report: { added: 20 } });
    await expect(intake.startImport(upload, 'again')).rejects.toMatchObject({ code: 'import_not_found' });
  });

  test('can be cancelled; what was stored stays until it is undone', async () => {
    const path = join(folder, 'many.json');
    await writeFile(path, posts(60_000));
    const id = await intake.importPath(path);
    const waiting = await intake.importPath(path);
    for await (const run of intake.watch(id)) {
      await expect(intake.undo(id)).rejects.toMatchObject({ code: 'import_running' });
      if (run.state === 'running' && run.report.added > 0) break;
    }
    await intake.cancel(waiting);
    await intake.cancel(id);
    const run = await ended(id);
    expect(run.state).toBe('cancelled');
    expect(run.report.added).toBeGreaterThan(0);
    expect(run.report.added).toBeLessThan(60_000);
    expect((await ended(waiting)).state).toBe('cancelled');
    expect(await intake.undo(id)).toEqual({ removed: run.report.added, kept: 0 });
  });

  test('closing the locker ends a run, tells why, and keeps what was stored', async () => {
    const path = join(folder, 'many.json');
    await writeFile(path, posts(60_000));
    const id = await intake.importPath(path);
    for await (const run of intake.watch(id)) if (run.report.added > 0) break;
    await intake[Symbol.asyncDispose]();
    intake = open();
    const run = await intake.run(id);
    expect(run).toMatchObject({ state: 'failed', problem: 'shutting_down' });
    expect((await intake.undo(id)).removed).toBe(run.report.added);
  });

  test('a run that a crash cut short is told as stopped', async () => {
    const run = await importText('posts.json', posts(1));
    await store.write('records.updateRun', { ...run, state: 'running', endedAt: null });
    await intake[Symbol.asyncDispose]();
    intake = open();
    expect(await intake.run(run.id)).toMatchObject({ state: 'failed', problem: 'import_failed' });
  });
});

const FEED = (items: string): string =>
  `<rss version="2.0"><channel><title>News</title><link>https://n.example/</link>${items}</channel></rss>`;

describe('subscriptions', () => {
  test('a page leads to its feed, which is polled with conditional requests', async () => {
    let items = '<item><guid>https://n.example/1</guid><title>One</title></item>';
    let fresh = 0;
    const base = await serve((request, answer) => {
      if (request.url === '/')
        answer.end('<html><head><link rel="alternate" type="application/rss+xml" href="/feed"></head></html>');
      else if (request.headers['if-none-match'] === `"${items.length}"`) answer.writeHead(304).end();
      else {
        fresh++;
        answer.setHeader('etag', `"${items.length}"`).end(FEED(items));
      }
    });
    await expect(
      intake.addSubscription({ url: base, intervalMinutes: 60, allowLoopback: false }),
    ).rejects.toMatchObject({
      code: 'address_refused',
    });
    const wish = { url: base, intervalMinutes: 60, allowLoopback: true };
    const added = await intake.addSubscription(wish);
    expect(added).toMatchObject({ url: `${base}/feed`, title: 'News', enabled: true, lastProblem: null });
    await expect(intake.addSubscription(wish)).rejects.toMatchObject({ code: 'subscription_exists' });

    fresh = 0;
    expect(await intake.pollSubscription(added.id)).toEqual({ added: 0, changed: 0, unchanged: 0, problem: null });
    expect(fresh).toBe(0);
    items += '<item><guid>https://n.example/2</guid><title>Two</title></item>';
    expect(await intake.pollSubscription(added.id)).toMatchObject({ added: 1, problem: null });

    const [run] = await intake.runs();
    expect(run).toMatchObject({ name: 'News', state: 'done' });
    expect((await intake.undo(run?.id ?? '')).removed).toBe(3);
    await intake.dropSubscription(added.id);
    expect(await intake.subscriptions()).toEqual([]);
    await expect(intake.pollSubscription(added.id)).rejects.toMatchObject({ code: 'subscription_not_found' });
  });

  test('what goes wrong is noted, and a feed that has ended is turned off', async () => {
    let status = 200;
    const base = await serve((_, answer) => answer.writeHead(status).end(FEED('')));
    const { id } = await intake.addSubscription({ url: `${base}/feed`, intervalMinutes: 60, allowLoopback: true });
    status = 500;
    expect(await intake.pollSubscription(id)).toMatchObject({ problem: 'fetch_failed' });
    status = 410;
    expect(await intake.pollSubscription(id)).toMatchObject({ problem: 'feed_gone' });
    expect(await intake.subscriptions()).toMatchObject([{ enabled: false, lastProblem: 'feed_gone' }]);
    status = 200;
    expect(await intake.changeSubscription(id, { enabled: true, intervalMinutes: 5 })).toMatchObject({
      enabled: true,
      intervalMinutes: 5,
    });
  });

  test('a subscription list is listed, not polled, and undone with its import', async () => {
    const opml =
      '<opml version="2.0"><body><outline text="A" xmlUrl="https://a.example/feed"/><outline text="B" xmlUrl="https://b.example/"/></body></opml>';
    const run = await importText('subs.opml', opml);
    expect(run).toMatchObject({ state: 'done', report: { kind: 'opml', subscriptions: 2 } });
    expect(await intake.subscriptions()).toMatchObject([
      { title: 'A', url: 'https://a.example/feed', enabled: false },
      { title: 'B', enabled: false },
    ]);
    await intake.undo(run.id);
    expect(await intake.subscriptions()).toEqual([]);
  });
});
