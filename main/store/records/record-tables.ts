import type { Generated } from 'kysely';
import type { AnyDatatype } from '../../../protocol/datatypes.ts';

/** Stands for the time of a record that tells none: below all times. */
export const NO_TIME = Number.MIN_SAFE_INTEGER;

/** Flags are 0 or 1; times are milliseconds UTC; keys are those of `PreparedRecord`. */
type Flag = 0 | 1;

export interface RecordTable {
  /** Seconds since epoch × 2^20 + place in the second. */
  id: number;
  datatype: AnyDatatype;
  /** Key of the URI; without one, of what identifies the record. */
  ref: number;
  /** Digest of datatype and URI, or of what identifies the record. */
  identity: number;
  uri: string | null;
  source: number;
  published: number;
  /** `published` where the record tells it, else NO_TIME. */
  own_time: number;
  published_text: string | null;
  estimated: Flag;
  mine: Flag;
  author: number | null;
  /** Key of what a reaction, follow, bookmark or view is about. */
  object: number | null;
  object_author: number | null;
  object_host: string | null;
  kind: string;
  summary: string;
  body_digest: string;
  edited: Flag;
  seq: number;
}

/** Where a record is found by its key; see `record-keys.ts`. */
export interface RecordKeyTable {
  level: 0 | 1 | 2;
  ref: number;
  id: number;
}

/** What the full-text index and the feed read of a record, apart from its much longer body. */
export interface RecordTextTable {
  id: number;
  kinds: string;
  text: string;
  search: string | null;
  /** The words that filters are looked up by in the full-text index. */
  facets: string;
}

export interface RecordBodyTable {
  id: number;
  overlay: string | null;
  body: string;
}

/** FTS5 over `record_search_content`; its rowid is the record's id. */
export interface RecordSearchTable {
  rowid: number;
  text: string;
  /** The table's own column, which takes a query on its left side or a command. */
  record_search: string;
}

export interface SourceTable {
  id: Generated<number>;
  uri: string;
  records: number;
}

export interface DatatypeCountTable {
  datatype: AnyDatatype;
  records: number;
}

export interface CounterTable {
  /**
   * seq: the latest change; removed_floor, removed_record_floor: changes up to it lack their removals (of posts, of records);
   * index_debt: see search-index.ts.
   */
  name: 'seq' | 'removed_floor' | 'removed_record_floor' | 'index_debt';
  value: number;
}

export interface ImportRunTable {
  num: Generated<number>;
  id: string;
  name: string;
  state: string;
  started: number;
  ended: number | null;
  progress: number | null;
  left_ms: number | null;
  problem: string | null;
  /** JSON of `ImportReport`. */
  report: string;
}

export interface RecordRunTable {
  run: number;
  record: number;
}

export interface TombstoneTable {
  ref: number;
  identity: number;
  at: number;
}

export interface TrashTable {
  num: Generated<number>;
  undo: string;
  expires: number;
  ref: number;
  identity: number;
  /** JSON of what is needed to bring the record back. */
  record: string;
}

export interface AuthorTable {
  key: number;
  uri: string;
  name: string | null;
  handle: string | null;
  avatar: string | null;
  followers: number | null;
  following: number | null;
  posts: number | null;
  created: number | null;
  /** Key shared by the accounts of one person. */
  person: number;
  own: Flag;
  i_follow: Flag;
  follows_me: Flag;
  muted: Flag;
  blocked: Flag;
  /** Median of replies + boosts + likes over the newest posts that tell them. */
  median: number | null;
  /** Publication time of the record that told name, picture and counts. */
  told: number;
  /** Records that may have told these facts were removed: gather them again. */
  retell: Generated<Flag>;
  seq: number;
}

/** Authors whose median must be worked out again. */
export interface AuthorStaleTable {
  author: number;
}

export interface AuthorAliasTable {
  alias: number;
  author: number;
}

export interface AuthorLinkTable {
  author: number;
  other: number;
}

export interface PersonTable {
  author: number;
  person: number;
}

export interface PostColumnTable {
  id: number;
  ref: number;
  author: number;
  /** Key of the oldest known ancestor. */
  thread: number;
  reply_to: number;
  boost_of: number;
  quote_of: number;
  target_author: number;
  source: number;
  published: number;
  replies: number | null;
  boosts: number | null;
  likes: number | null;
  downs: number | null;
  media_count: number;
  has_link: Flag;
  chars: number;
  language: string | null;
  sensitive: Flag;
  /** Index into the options of `Visibility`. */
  visibility: number;
  mine: Flag;
  mentions_me: Flag;
  seen_count: number;
  /** Bits of POST_ACTS. */
  acts: number;
  seq: number;
}

export interface RemovedPostTable {
  seq: number;
  id: number;
  at: number;
}

export interface RemovedRecordTable {
  seq: number;
  datatype: AnyDatatype;
  ref: number;
  identity: number;
  at: number;
}

/** The records' part of the database. */
export interface RecordsDatabase {
  author: AuthorTable;
  author_alias: AuthorAliasTable;
  author_link: AuthorLinkTable;
  author_stale: AuthorStaleTable;
  counter: CounterTable;
  datatype_count: DatatypeCountTable;
  import_run: ImportRunTable;
  person: PersonTable;
  post_column: PostColumnTable;
  record: RecordTable;
  record_body: RecordBodyTable;
  record_key: RecordKeyTable;
  record_run: RecordRunTable;
  record_search: RecordSearchTable;
  record_text: RecordTextTable;
  removed_post: RemovedPostTable;
  removed_record: RemovedRecordTable;
  source: SourceTable;
  tombstone: TombstoneTable;
  trash: TrashTable;
}
