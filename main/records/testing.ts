import { branded, type RecordId } from '../../protocol/brand.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { ImportRun } from '../../protocol/owner/sources.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import type { Upserted } from '../store/index.ts';
import { openTestStore, rowCounts, tablesWith, type TestStore } from '../store/testing.ts';
import { createRecords, prepareRecord, type Records } from './index.ts';

/** The owner's account in tests. */
export const ME = 'https://me.example/users/me';
const PUBLIC = 'https://www.w3.org/ns/activitystreams#Public';
/** Posts of tests are numbered by minutes from here. */
export const START = Date.UTC(2024, 0, 1);

export interface TestLocker extends AsyncDisposable {
  readonly store: TestStore;
  readonly records: Records;
  /** Stores records under a run that is made when it is first named. */
  import(run: string, records: readonly IntakeRecord[]): Promise<Upserted>;
  /** Id of the record of that URI, among the newest 200. */
  idOf(uri: string): Promise<RecordId>;
  /** Closes and opens again the same file. */
  reopen(): Promise<void>;
  /** Rows per table that has any. */
  rows(): Record<string, number>;
  /** Tables, the full-text index's own among them, that contain the text. */
  tablesWith(text: string): string[];
}

/** A records room over a real encrypted store. */
export async function openRecords({ now = Date.now }: { now?: () => number } = {}): Promise<TestLocker> {
  let store = await openTestStore();
  const open = (): Records => createRecords(store, { now });
  let records = open();
  const runs = new Set<string>();
  return {
    get store() {
      return store;
    },
    get records() {
      return records;
    },
    async import(run, items) {
      if (!runs.has(run)) await store.write('records.createRun', emptyRun(run));
      runs.add(run);
      return store.write('records.upsertBatch', { run, records: items.map(prepareRecord) });
    },
    async idOf(uri) {
      const all = await records.browse({ order: 'newest', limit: 200 });
      const row = all.items.find((item) => item.uri === uri);
      if (row === undefined) throw new Error(`no record ${uri}`);
      return branded<string, 'RecordId'>(row.id);
    },
    async reopen() {
      await records[Symbol.asyncDispose]();
      store = await store.reopen();
      records = open();
    },
    rows: () => rowCounts(store.file, store.key),
    tablesWith: (text) => tablesWith(store.file, store.key, text),
    async [Symbol.asyncDispose]() {
      await records[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

export function emptyRun(id: string): ImportRun {
  const report = {
    kind: 'unknown' as const,
    files: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    deletedByYou: 0,
    byDatatype: {},
    skipped: [],
    unknownFields: [],
    subscriptions: 0,
  };
  return {
    id,
    name: id,
    state: 'running',
    startedAt: START,
    endedAt: null,
    progress: null,
    leftMs: null,
    problem: null,
    report,
  };
}

export function noteUri(number: number): string {
  return `https://a.example/users/ann/statuses/${number}`;
}

/** A public post by Ann, published `number` minutes after START. */
export function note(number: number, body: JsonObject = {}, rest: Partial<IntakeRecord> = {}): IntakeRecord {
  const uri = noteUri(number);
  return recordOf(
    'social.post',
    uri,
    START + number * 60_000,
    {
      id: uri,
      type: 'Note',
      attributedTo: 'https://a.example/users/ann',
      to: [PUBLIC],
      content: `<p>Note ${number}</p>`,
      ...body,
    },
    rest,
  );
}

export function person(uri: string, body: JsonObject = {}, rest: Partial<IntakeRecord> = {}): IntakeRecord {
  return recordOf('social.person', uri, null, { id: uri, type: 'Person', ...body }, rest);
}

export function follow(actor: string, object: string, mine: boolean): IntakeRecord {
  return recordOf('social.follow', `urn:follow:${actor}:${object}`, START, { type: 'Follow', actor, object }, { mine });
}

export function recordOf(
  datatype: IntakeRecord['datatype'],
  uri: string | null,
  published: number | null,
  body: JsonObject,
  rest: Partial<IntakeRecord> = {},
): IntakeRecord {
  return {
    datatype,
    uri,
    source: ME,
    published,
    publishedText: null,
    timeEstimated: published === null,
    mine: false,
    body,
    ...rest,
  };
}
