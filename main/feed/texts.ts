import type { BatchText } from '../../protocol/batch.ts';
import type { NamedText } from './batch.ts';
import { columnDigest, jsonDigest } from './digest.ts';
import type { PostSet } from './post-set.ts';
import { fullArena, tokenArena, type Dictionary, type PostTexts } from './text-arena.ts';

/** Posts whose texts are asked for at once. */
const READ_POSTS = 1000;
/** Enough that the reader has the next question before it has answered; few, since screens wait behind them. */
const READS_AT_ONCE = 2;
/** Posts and characters per run of an algorithm that reads text and judges each post by itself. */
const CHUNK_POSTS = 5000;
const CHUNK_CHARACTERS = 4_000_000;

/** Texts by record id, in the order of the ids; an empty list of segments for a record that is gone. */
export type ReadTexts = (ids: Float64Array) => Promise<PostTexts>;

/** Rows of a set, with their texts. */
export interface TextChunk {
  readonly rows: Uint32Array;
  readonly texts: PostTexts;
}

/** The texts of `rows` of `posts` in pieces of bounded size; the next piece is read while the caller works on one. */
export async function* textChunks(read: ReadTexts, posts: PostSet, rows: Uint32Array): AsyncGenerator<TextChunk> {
  const chunks = joinedChunks(read, posts, rows);
  const start = (): Promise<IteratorResult<TextChunk>> => {
    const step = chunks.next();
    // Nobody awaits it if the caller stops here.
    step.catch(() => undefined);
    return step;
  };
  for (let next = start(); ;) {
    const step = await next;
    if (step.done === true) return;
    next = start();
    yield step.value;
  }
}

async function* joinedChunks(read: ReadTexts, posts: PostSet, rows: Uint32Array): AsyncGenerator<TextChunk> {
  const ids = posts.f64('id');
  let pending: TextChunk[] = [];
  const pieces = readAhead(rows, (some) => read(Float64Array.from(some, (row) => ids[row] ?? NaN)));
  for await (const piece of pieces) {
    const grown = [...pending, piece];
    if (size(pending).posts > 0 && isTooLarge(size(grown))) {
      yield joined(pending);
      pending = [piece];
    } else pending = grown;
  }
  if (pending.length > 0) yield joined(pending);
}

/** The texts of all of `posts`. */
export async function readTextsOf(read: ReadTexts, posts: PostSet): Promise<PostTexts> {
  const pieces: TextChunk[] = [];
  const rows = Uint32Array.from({ length: posts.n }, (_, row) => row);
  for await (const piece of textChunks(read, posts, rows)) pieces.push(piece);
  return joined(pieces).texts;
}

async function* readAhead(
  rows: Uint32Array,
  read: (rows: Uint32Array) => Promise<PostTexts>,
): AsyncGenerator<TextChunk> {
  const start = (at: number): Promise<TextChunk> => {
    const some = rows.slice(at, at + READ_POSTS);
    const reading = read(some).then((texts) => ({ rows: some, texts }));
    // Nobody awaits it if the caller stops here.
    reading.catch(() => undefined);
    return reading;
  };
  const under: Promise<TextChunk>[] = [];
  for (let at = 0; at < rows.length || under.length > 0;) {
    for (; under.length < READS_AT_ONCE && at < rows.length; at += READ_POSTS) under.push(start(at));
    const piece = await under.shift();
    if (piece !== undefined) yield piece;
  }
}

function size(pieces: readonly TextChunk[]): { posts: number; characters: number } {
  let posts = 0;
  let characters = 0;
  for (const { rows, texts } of pieces) {
    posts += rows.length;
    for (const text of texts.text) characters += text.length;
  }
  return { posts, characters };
}

function isTooLarge({ posts, characters }: { posts: number; characters: number }): boolean {
  return posts > CHUNK_POSTS || characters > CHUNK_CHARACTERS;
}

function joined(pieces: readonly TextChunk[]): TextChunk {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const { posts } = size(pieces);
  const rows = new Uint32Array(posts);
  const postSeg = new Uint32Array(posts + 1);
  const text: string[] = [];
  const kind: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    rows.set(piece.rows, at);
    for (let p = 0; p < piece.rows.length; p++) postSeg[at + p + 1] = text.length + (piece.texts.postSeg[p + 1] ?? 0);
    for (const [s, segment] of piece.texts.text.entries()) {
      text.push(segment);
      kind.push(piece.texts.kind[s] ?? 0);
    }
    at += piece.rows.length;
  }
  return { rows, texts: { postSeg, kind: Uint8Array.from(kind), text } };
}

/**
 * The texts of `posts` as an algorithm sees them. The name of the content is made from the records' versions:
 * a record's text follows from its version, and hashing ids is much cheaper than hashing megabytes of text.
 */
export function namedText(
  posts: PostSet,
  texts: PostTexts,
  form: 'tokens' | 'full',
): { named: NamedText; dictionary: Dictionary | null } {
  const dictionary: Dictionary | null = form === 'tokens' ? new Map() : null;
  const text: BatchText = dictionary === null ? fullArena(texts) : tokenArena(texts, dictionary);
  const digest = jsonDigest([form, columnDigest(posts.f64('id')), columnDigest(posts.f64('seq'))]);
  return { named: { text, digest }, dictionary };
}
