import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createIntake, type Intake } from '../../main/intake/index.ts';
import { readContent } from '../../main/intake/testing.ts';
import { createRecords, prepareRecord, type Records } from '../../main/records/index.ts';
import { openTestStore, type TestStore } from '../../main/store/testing.ts';
import type { ImportRun } from '../../protocol/owner/sources.ts';
import { CORPUS, corpusBytes, corpusFiles } from './corpus.ts';

/** Folder → the least it holds, counted when the files were chosen (datatype: records; feeds: of subscription lists). */
const READ: Readonly<Record<string, Record<string, number>>> = {
  'mastodon-csv-lists': { 'social.follow': 2, 'social.mute': 2, 'social.list': 2, 'social.bookmark': 4 },
  'mastodon-outbox-xposter': { 'social.post': 20 },
  'opml-awesome-rss-feeds': { feeds: 259 },
  'feeds-netnewswire': { 'social.post': 1000, 'social.person': 42, feeds: 414 },
  'feeds-feedparser': { 'social.post': 150, 'social.person': 500 },
  'atproto-car-indigo': { 'social.post': 116, 'social.reaction': 60, 'social.follow': 15, 'social.profile': 1 },
  'atproto-car-repo-stream': { 'social.post': 3, 'social.reaction': 2, 'social.block': 1, 'social.profile': 1 },
  'activitystreams-w3c': { 'social.post': 24, 'social.reaction': 11, 'social.person': 4 },
  'granary-social-objects': { 'social.post': 61, 'social.person': 16, 'social.follow': 3, 'social.bookmark': 1 },
  'activitypub-fixtures-wordpress': { 'social.person': 2 },
};

/** Real files of other kinds: told as such, whole folders of them. */
const OTHER = [
  'x-twitter-classic-lildude',
  'x-twitter-archive-dogsheep',
  'gdpr-exports-whatif',
  'bluesky-feeds-atrrr',
  'instagram-export-i2b',
  'google-takeout-html-purarue',
  'youtube-watch-history-geekplux',
  'linkedin-export-labeldekho',
  'reddit-top-posts',
];

describe.skipIf(CORPUS === '')('real files, read alone', () => {
  test.each(Object.keys(READ))(
    '%s: each file gives records or a reason, and all that it gives can be prepared',
    async (folder) => {
      const counts: Record<string, number> = { feeds: 0 };
      for (const path of corpusFiles(folder)) {
        const name = relative(CORPUS, path);
        const found = await readContent(name, corpusBytes(path));
        expect(found.records.length + found.skipped.length + found.feeds.length, name).toBeGreaterThan(0);
        for (const record of found.records) {
          prepareRecord(record);
          counts[record.datatype] = (counts[record.datatype] ?? 0) + 1;
        }
        counts['feeds'] = (counts['feeds'] ?? 0) + found.feeds.length;
      }
      console.log(`${folder}: ${JSON.stringify(counts)}`);
      for (const [datatype, least] of Object.entries(READ[folder] ?? {})) {
        expect(counts[datatype] ?? 0, datatype).toBeGreaterThanOrEqual(least);
      }
    },
  );

  test.each(OTHER)('%s: each file is told to be of another kind', async (folder) => {
    for (const path of corpusFiles(folder)) {
      if (path.endsWith('.zip')) continue;
      const name = relative(CORPUS, path);
      const found = await readContent(name, corpusBytes(path));
      expect(found.records, name).toEqual([]);
      expect(found.skipped, name).toHaveLength(1);
    }
  });
});

describe.skipIf(CORPUS === '')('real files, imported', () => {
  let store: TestStore;
  let records: Records;
  let intake: Intake;
  let dataFolder = '';

  beforeAll(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'locker-corpus-'));
    store = await openTestStore();
    records = createRecords(store, { now: Date.now });
    intake = createIntake({ store, records, dataFolder, polls: false });
  });
  afterAll(async () => {
    await intake[Symbol.asyncDispose]();
    await records[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await rm(dataFolder, { recursive: true });
  });

  async function importFolder(folder: string): Promise<ImportRun> {
    const id = await intake.importPath(join(CORPUS, folder));
    let last: ImportRun | undefined;
    for await (const run of intake.watch(id)) last = run;
    if (last === undefined) throw new Error('no run');
    return last;
  }

  test(
    'twice adds nothing the second time, and undoing all of it leaves no row and no file',
    { timeout: 300_000 },
    async () => {
      const runs: ImportRun[] = [];
      for (const folder of Object.keys(READ)) {
        const first = await importFolder(folder);
        expect(first, folder).toMatchObject({ state: 'done', problem: null });
        expect(first.report.files, folder).toBeGreaterThan(0);
        const second = await importFolder(folder);
        expect(second.report.added, folder).toBe(0);
        runs.push(first, second);
      }
      const stored = await records.summary();
      const added = runs.reduce((sum, { report }) => sum + report.added, 0);
      expect(stored.total).toBe(added);
      console.log(`imported ${added} records of ${Object.keys(READ).length} folders twice`);

      for (const { id } of runs) await intake.undo(id);
      expect((await records.summary()).total).toBe(0);
      expect(await intake.subscriptions()).toEqual([]);
      expect(await readdir(dataFolder, { recursive: true })).toEqual([]);
    },
  );

  test.each(OTHER)('%s ends as not recognised, with a report', { timeout: 60_000 }, async (folder) => {
    const run = await importFolder(folder);
    expect(run).toMatchObject({
      state: 'failed',
      problem: 'import_unrecognised',
      report: { kind: 'unknown', added: 0 },
    });
    expect(run.report.skipped.length).toBeGreaterThan(0);
  });
});
