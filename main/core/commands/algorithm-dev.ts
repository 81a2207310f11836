import { watch } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LockerError } from '../../../protocol/errors.ts';
import { defaultSettings, type Manifest } from '../../../protocol/manifest.ts';
import type { FeedPage, Mix, MixEntry } from '../../../protocol/owner/feed.ts';
import { packFolder } from '../../authoring/index.ts';
import { openBrowser } from '../browser.ts';
import type { Config } from '../config.ts';
import { ensureDataFolder } from '../data-folder.ts';
import { readPassphrase } from '../passphrase.ts';
import { programFiles } from '../program-files.ts';
import { run, type Running } from '../running.ts';
import { loadSample, makePassphrase } from '../sample.ts';
import type { Terminal } from '../terminal.ts';
import type { Given } from './given.ts';

/** An editor writes a file in several steps. */
const SETTLE_MS = 150;
const SHOWN = 10;

/** `locker algorithm dev DIR`: installs an algorithm as it is, shows what it does, and again after each change. */
export async function algorithmDev(config: Config, given: Given, terminal: Terminal): Promise<void> {
  const own = given.maybe('data') !== null || config.keyFile !== null;
  const folder = own ? (config.dataFolder ?? '') : await mkdtemp(join(tmpdir(), 'data-locker-dev-'));
  try {
    await serve(config, given, terminal, folder, own);
  } finally {
    if (!own) await rm(folder, { recursive: true, force: true });
  }
}

async function openFor(running: Running, config: Config, own: boolean, terminal: Terminal): Promise<void> {
  const { locker } = running;
  if (!own) {
    const passphrase = makePassphrase();
    await locker.create(passphrase);
    const { store, rooms } = locker.opened();
    await loadSample(store, Date.now());
    await rooms.records.settle();
    terminal.say(`The sample’s passphrase: ${passphrase}`);
  } else if (config.keyFile !== null) await locker.unlockBy({ keyFile: config.keyFile });
  else await locker.unlock(await readPassphrase(process.stdin, process.stderr));
}

async function serve(config: Config, given: Given, terminal: Terminal, folder: string, own: boolean): Promise<void> {
  const stopped = terminal.stopped();
  await ensureDataFolder(folder);
  await using running = await run({
    folder,
    platform: terminal.platform,
    at: { port: config.port },
    services: null,
    keychain: undefined,
    sample: !own,
    files: programFiles(),
    version: terminal.version,
    log: terminal.log,
  });
  await openFor(running, config, own, terminal);
  const { origin, path } = running.link();
  const address = (origin ?? '') + path;
  terminal.say(`Data Locker is open at ${address}`);
  if (config.open) openBrowser(address, terminal.platform);

  const source = given.operand(0);
  const over = new AbortController();
  void stopped.then(() => over.abort());
  let before: FeedPage | undefined;
  let seen = '';
  for await (const moment of changes(source, over.signal)) {
    void moment;
    const made = await packFolder(source).catch(problem(terminal));
    if (made === null || made.sha256 === seen) continue;
    seen = made.sha256;
    const { manifest } = made.packed;
    const done = await running.locker.opened().tryAlgorithm(made.bytes).catch(problem(terminal));
    if (done === null) continue;
    const page = await feedOf(running, manifest).catch(problem(terminal));
    if (page === null) continue;
    terminal.say(`${manifest.name.en ?? manifest.id} ${manifest.version}: installed. Alone, it makes this feed:`);
    linesOf(page, before).forEach((line) => terminal.say(line));
    before = page;
  }
}

/** Says what is wrong and goes on: the next change may mend it. */
function problem(terminal: Terminal): (error: unknown) => null {
  return (error) => {
    if (!(error instanceof LockerError)) throw error;
    terminal.say(`${error.title} (${error.code}${error.detail === undefined ? '' : `: ${error.detail}`})`);
    return null;
  };
}

/** Once now, and then after each change below a folder. */
async function* changes(folder: string, signal: AbortSignal): AsyncGenerator<void> {
  let pending = Promise.withResolvers<void>();
  const watcher = watch(folder, { recursive: true, signal }, () => pending.resolve());
  watcher.on('error', () => undefined);
  signal.addEventListener('abort', () => pending.resolve());
  while (!signal.aborted) {
    yield;
    await pending.promise;
    pending = Promise.withResolvers<void>();
    await delay(SETTLE_MS);
  }
}

async function feedOf(running: Running, manifest: Manifest): Promise<FeedPage> {
  const { feed } = running.locker.opened().rooms;
  const entry = (name: string, algorithm: string, settings: MixEntry['settings']): MixEntry => ({
    entry: name,
    algorithm,
    enabled: true,
    weight: 1,
    settings,
  });
  const mine = entry('dev', manifest.id, defaultSettings(manifest));
  // What doesn't rank needs something to work on.
  const newest = manifest.kind === 'ranker' ? [] : [entry('newest', 'org.datalocker.newest-first', {})];
  const mix: Mix = {
    id: 'dev',
    name: 'dev',
    blend: 'rank',
    window: { maxItems: 5000, maxAgeHours: null },
    entries: [...newest, mine],
  };
  return feed.makeFeed({ mix, order: 'mix', limit: SHOWN });
}

function linesOf(page: FeedPage, before: FeedPage | undefined): string[] {
  const ranks = new Map(before?.items.map(({ post, rank }) => [post.id, rank]));
  const lines = page.items.map(({ rank, post, because, marks }) => {
    const had = ranks.get(post.id);
    const moved = before === undefined ? '' : had === undefined ? ' (new)' : had === rank ? '' : ` (was ${had})`;
    const text = post.text.replaceAll(/\s+/g, ' ').slice(0, 60);
    const why = [because, ...marks.map(({ reason }) => reason.text)].filter((one) => one !== null).join('; ');
    return `${String(rank).padStart(3)}${moved}  ${post.author?.name ?? '?'}: ${text}${why === '' ? '' : `  [${why}]`}`;
  });
  const notices = page.notices.map(({ name, problem: what }) => `  ! ${name}: ${what}`);
  return [...lines, ...notices, `    ${page.total} posts, ${page.hidden} hidden, ${page.tookMs.toFixed(0)} ms`];
}
