import { randomBytes } from 'node:crypto';
import type { RecordId } from '../../protocol/brand.ts';
import { LockerError } from '../../protocol/errors.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type {
  Act,
  DataSummary,
  ExportedRecord,
  ExportQuery,
  PostView,
  RecordDetail,
  RecordPage,
  RecordQuery,
} from '../../protocol/owner/data.ts';
import type { Store } from '../store/index.ts';
import { accountUri, keyUri, parsed, prepareRecord, rederive, uriKey } from '../derive/index.ts';
import { fixedMember, mergedChanges } from './owner-changes.ts';
import { createChores } from './chores.ts';
import { ACT_KINDS, OPPOSITES, ownAct } from './own-act.ts';
import { postView } from './post-view.ts';
import { exportRecords } from './export-records.ts';
import { browse } from './search/browse.ts';
import { createSettler } from './settler.ts';
import { MANY, undoRun } from './undo-run.ts';

/** Milliseconds between looks for what is behind, and between those for what can't be undone any more. */
const SETTLE_EVERY_MS = 2000;
const PURGE_EVERY_MS = 60_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const LATE_MS = 5 * 60 * 1000;
/** How long undoing an import waits for the text index; what is left of it goes in the background. */
const FORGET_MS = 3000;
/** Records per transaction, so that other writes get in between. */
const PIECE = 10;
/** How often an edit is tried again where the record changed meanwhile. */
const EDIT_TRIES = 5;

/** The owner's data. Every method throws LockerErrors only. */
export interface Records extends AsyncDisposable {
  /** A page of records by words, kind, source, author, import run, time. Throws bad_cursor, bad_query. */
  browse(query: RecordQuery): Promise<RecordPage>;
  /** The same records, all of them, newest first, with the owner's changes. What is written meanwhile may be left out. */
  export(query: ExportQuery): AsyncIterable<ExportedRecord>;
  /** Everything known of one record. Throws record_not_found. */
  detail(id: RecordId): Promise<RecordDetail>;
  /** Replaces top-level members of the body; null takes one away, `{}` drops all changes. Imports never overwrite them. */
  edit(id: RecordId, changes: JsonObject): Promise<RecordDetail>;
  /** Deletes records; `undo` brings them back for ten minutes, also after a restart. Then only a mark without content stays. */
  delete(ids: readonly RecordId[]): Promise<{ deleted: number; undo: string }>;
  undoDelete(undo: string): Promise<{ restored: number }>;
  summary(): Promise<DataSummary>;
  /** Views of the posts that are there, in the order of the ids. */
  postViews(ids: readonly RecordId[]): Promise<PostView[]>;
  /** Makes an act of the owner's own; it stays in the locker. Returns `act:record`. Throws record_not_found, bad_request. */
  act(act: Act, record: RecordId): Promise<{ id: string }>;
  /** Takes an act back. Throws act_not_found. */
  undoAct(act: Act, record: RecordId): Promise<void>;
  /** Takes an import back, in small steps. Throws import_not_found. */
  undoRun(run: string): Promise<{ removed: number; kept: number }>;
  /** Brings up to date what is worked out late: medians, names after removals. Cheap when nothing is behind. */
  settle(): Promise<void>;
  /** Forgets deletions that can't be undone any more; also happens by itself, at the start and every minute. */
  purge(): Promise<void>;
}

export interface RecordsOptions {
  readonly now: () => number;
  /** Called with each failure of the work in the background. */
  readonly onFault?: (error: unknown) => void;
}

export function createRecords(store: Pick<Store, 'read' | 'write'>, { now, onFault }: RecordsOptions): Records {
  const settler = createSettler(store);
  const purge = async (): Promise<void> => {
    await store.write('records.purge', {});
    // A little later, so that what is asked at the end of a day is answered as of that day.
    await store.write('gate.forgetDays', { before: Math.floor((now() - LATE_MS) / DAY_MS) });
  };
  const chores = createChores({ onFault });
  chores.every(PURGE_EVERY_MS, purge);
  chores.every(SETTLE_EVERY_MS, () => settler.settleWhenQuiet());
  chores.every(SETTLE_EVERY_MS, () => settler.forget(SETTLE_EVERY_MS / 2));

  async function viewOf(id: number): Promise<PostView | null> {
    const { posts, refs } = await store.read('records.posts', { ids: [id] });
    const [post] = posts;
    return post === undefined ? null : postView(post, new Map(refs.map((ref) => [ref.key, ref])));
  }

  async function detail(id: RecordId): Promise<RecordDetail> {
    const stored = await store.read('records.detail', { id: Number(id) });
    return {
      row: stored.row,
      body: parsed(stored.body),
      overlay: stored.overlay === null ? null : parsed(stored.overlay),
      runs: stored.runs,
      publishedText: stored.publishedText,
      timeEstimated: stored.estimated,
      post: await viewOf(Number(id)),
    };
  }

  async function editOnce(id: RecordId, changes: JsonObject): Promise<void> {
    const source = await store.read('records.source', { id: Number(id) });
    const before = source.overlay === null ? {} : parsed(source.overlay);
    const overlay = Object.keys(changes).length === 0 ? null : JSON.stringify(mergedChanges(before, changes));
    const derived = rederive(source, overlay);
    await store.write('records.setOverlay', { id: source.id, seq: source.seq, overlay, derived });
  }

  async function takeBack(act: Act, object: number): Promise<{ removed: number }> {
    const { datatype, kinds, about } = ACT_KINDS[act];
    return store.write('records.undoAct', { datatype, kinds: [...kinds], object, account: about === 'author' });
  }

  /** What an act is about: the post itself, or who wrote it. */
  async function objectOf(act: Act, id: RecordId): Promise<{ uri: string; name: string | null; key: number }> {
    const stored = await store.read('records.detail', { id: Number(id) });
    if (ACT_KINDS[act].about === 'author') {
      const author = stored.row.author;
      if (author === null) throw new LockerError('bad_request', { detail: 'author' });
      return { uri: author.uri, name: author.name, key: uriKey(accountUri(author.uri)) };
    }
    if (stored.row.datatype !== 'social.post') throw new LockerError('bad_request', { detail: 'datatype' });
    return { uri: stored.row.uri ?? keyUri(stored.ref), name: null, key: stored.ref };
  }

  return {
    browse: (query) => browse(store, query),
    export: (query) => exportRecords(store, query),
    detail,
    async edit(id, changes) {
      const fixed = fixedMember(changes);
      if (fixed !== null) throw new LockerError('bad_request', { detail: fixed });
      for (let tries = 1; ; tries++) {
        try {
          await editOnce(id, changes);
          return await detail(id);
        } catch (error) {
          if (tries >= EDIT_TRIES || !(error instanceof LockerError) || error.code !== 'record_conflict') throw error;
        }
      }
    },
    async delete(ids) {
      const undo = randomBytes(16).toString('base64url');
      if (ids.length >= MANY) await store.write('records.deferForgetting', {});
      let deleted = 0;
      for (const some of inPieces(ids.map(Number))) {
        deleted += (await store.write('records.delete', { ids: some, undo })).deleted;
      }
      return { deleted, undo };
    },
    async undoDelete(undo) {
      const trashed = await store.read('records.trashed', { undo });
      let restored = 0;
      for (const some of inPieces(trashed)) {
        const items = some.map(({ num, record }) => ({ num, derived: rederive(record) }));
        restored += (await store.write('records.restore', { items })).restored;
      }
      return { restored };
    },
    summary: () => store.read('records.summary', {}),
    async postViews(ids) {
      if (ids.length === 0) return [];
      const { posts, refs } = await store.read('records.posts', { ids: ids.map(Number) });
      const byKey = new Map(refs.map((ref) => [ref.key, ref]));
      return posts.map((post) => postView(post, byKey));
    },
    async act(act, record) {
      const object = await objectOf(act, record);
      const opposite = OPPOSITES[act];
      if (opposite !== undefined) await takeBack(opposite, object.key);
      await store.write('records.act', { records: [prepareRecord(ownAct(act, object, object.key, now()))] });
      return { id: `${act}:${record}` };
    },
    async undoAct(act, record) {
      const { key } = await objectOf(act, record);
      const { removed } = await takeBack(act, key);
      if (removed === 0) throw new LockerError('act_not_found');
    },
    async undoRun(run) {
      const undone = await undoRun(store, run);
      await settler.settle();
      await settler.forget(FORGET_MS);
      return undone;
    },
    settle: () => settler.settle(),
    purge,
    [Symbol.asyncDispose]: () => chores[Symbol.asyncDispose](),
  };
}

function* inPieces<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += PIECE) yield items.slice(at, at + PIECE);
}
