import { sql, type Kysely } from 'kysely';

/** The owner's data. Keys of URIs are numbers of 52 bits (`uriKey` of the records room); 0 or null: none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  // id: seconds since epoch × 2^20 + place in the second, so that the newest come last without a sort.
  `create table record (
    id integer primary key not null,
    datatype text not null,
    ref integer not null,
    identity integer not null,
    uri text,
    source integer not null references source (id),
    published integer not null,
    published_text text,
    estimated integer not null check (estimated in (0, 1)),
    mine integer not null check (mine in (0, 1)),
    author integer,
    object integer,
    object_author integer,
    object_host text,
    kind text not null,
    summary text not null,
    body_digest text not null,
    edited integer not null default 0 check (edited in (0, 1)),
    stale integer not null default 0 check (stale in (0, 1)),
    seq integer not null
  ) strict`,
  `create unique index record_identity on record (ref, identity)`,
  `create index record_datatype on record (datatype, id)`,
  `create index record_source on record (source, id)`,
  `create index record_object on record (object, datatype, author) where object is not null`,
  `create index record_stale on record (id) where stale = 1`,

  // Texts before the body: what the index and the feed read lies on the first page of a row.
  `create table record_content (
    id integer primary key not null references record (id) on delete cascade,
    facets text not null,
    kinds text not null,
    search text,
    text text not null,
    overlay text check (overlay is null or json_valid(overlay)),
    body text not null check (json_valid(body))
  ) strict`,
  `create view record_search_content as
    select id, coalesce(search, text) || ' ' || facets as text from record_content`,
  // Combining marks are letters of Thai and Indic words: without Mn and Mc those words fall apart.
  `create virtual table record_search using fts5(
    text, content = 'record_search_content', content_rowid = 'id', columnsize = 0, prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
  )`,
  // Fewer, larger merges while importing.
  `insert into record_search (record_search, rank) values ('automerge', 8)`,
  // What is deleted is taken out of the index's pages, too.
  `insert into record_search (record_search, rank) values ('secure-delete', 1)`,

  `create table source (
    id integer primary key not null,
    uri text not null unique,
    records integer not null default 0
  ) strict`,
  `create table datatype_count (datatype text primary key not null, records integer not null) strict, without rowid`,
  `create table counter (name text primary key not null, value integer not null) strict, without rowid`,
  `insert into counter (name, value) values ('seq', 0), ('removed_floor', 0), ('index_debt', 0)`,

  `create table import_run (
    num integer primary key not null,
    id text not null unique,
    name text not null,
    state text not null,
    started integer not null,
    ended integer,
    progress real,
    left_ms real,
    problem text,
    report text not null check (json_valid(report))
  ) strict`,
  `create table record_run (
    run integer not null references import_run (num),
    record integer not null references record (id) on delete cascade,
    primary key (run, record)
  ) strict, without rowid`,
  `create index record_run_record on record_run (record)`,

  // Nothing of the content: only that a record of this identity was deleted by the owner.
  `create table tombstone (
    ref integer not null,
    identity integer not null,
    at integer not null,
    primary key (ref, identity)
  ) strict, without rowid`,
  `create table trash (
    num integer primary key not null,
    undo text not null,
    expires integer not null,
    ref integer not null,
    identity integer not null,
    record text not null check (json_valid(record))
  ) strict`,
  `create index trash_undo on trash (undo)`,
  `create index trash_expires on trash (expires)`,

  `create table author (
    key integer primary key not null,
    uri text not null,
    name text,
    handle text,
    avatar text,
    followers integer,
    following integer,
    posts integer,
    created integer,
    person integer not null,
    own integer not null default 0,
    i_follow integer not null default 0,
    follows_me integer not null default 0,
    muted integer not null default 0,
    blocked integer not null default 0,
    median real,
    told integer not null,
    retell integer not null default 0,
    seq integer not null
  ) strict`,
  `create index author_seq on author (seq)`,
  `create index author_retell on author (key) where retell = 1`,
  `create index author_own on author (key) where own = 1`,
  // Authors whose median is behind: apart from author, so that a post of an author marked already writes nothing.
  `create table author_stale (
    author integer primary key not null references author (key) on delete cascade
  ) strict`,
  `create table author_alias (
    alias integer not null,
    author integer not null references author (key) on delete cascade,
    primary key (alias, author)
  ) strict, without rowid`,
  `create index author_alias_author on author_alias (author)`,
  // Accounts that name each other as the same person's.
  `create table author_link (
    author integer not null references author (key) on delete cascade,
    other integer not null,
    primary key (author, other)
  ) strict, without rowid`,
  `create index author_link_other on author_link (other)`,
  // Accounts of one person; an account alone has no row.
  `create table person (
    author integer primary key not null references author (key) on delete cascade,
    person integer not null
  ) strict`,
  `create index person_person on person (person)`,

  `create table post_column (
    id integer primary key not null references record (id) on delete cascade,
    ref integer not null,
    author integer not null,
    thread integer not null,
    reply_to integer not null,
    boost_of integer not null,
    quote_of integer not null,
    target_author integer not null,
    source integer not null,
    published integer not null,
    replies integer,
    boosts integer,
    likes integer,
    downs integer,
    media_count integer not null,
    has_link integer not null,
    chars integer not null,
    language text,
    sensitive integer not null,
    visibility integer not null,
    mine integer not null,
    mentions_me integer not null,
    seen_count integer not null,
    acts integer not null,
    seq integer not null
  ) strict`,
  `create index post_column_seq on post_column (seq)`,
  `create index post_column_reply on post_column (reply_to) where reply_to <> 0`,
  `create index post_column_boost on post_column (boost_of) where boost_of <> 0`,
  `create index post_column_quote on post_column (quote_of) where quote_of <> 0`,
  `create index post_column_mine on post_column (id) where mine = 1`,
  // Posts that left, for the feed's window; content-free and short-lived.
  `create table removed_post (seq integer primary key not null, id integer not null, at integer not null) strict`,
];
