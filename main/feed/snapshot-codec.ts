import { deflateSync, inflateSync } from 'node:zlib';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { Cause, FeedNotice, Mix, MutedWords } from '../../protocol/owner/feed.ts';
import { storedMarks, type Marks } from './marks.ts';
import { rememberedFor } from './post-set.ts';
import type { FeedDocument, Snapshot } from './snapshot.ts';

/** Columns of the stored row of a feed. */
export interface SnapshotRow {
  readonly feedId: string;
  readonly created: number;
  readonly preview: boolean;
  readonly inputDigest: string;
  readonly outputDigest: string;
  readonly document: string;
  readonly shown: Uint8Array<ArrayBuffer>;
  readonly hidden: Uint8Array<ArrayBuffer>;
  readonly prints: Uint8Array<ArrayBuffer>;
  readonly marks: Uint8Array<ArrayBuffer>;
}

const Document = z.strictObject({
  order: z.enum(['mix', 'newest']),
  now: z.int(),
  timeZone: z.string(),
  seq: z.int(),
  mix: Mix,
  gone: z.array(z.string()).default([]),
  algorithms: z.array(
    z.strictObject({ entry: z.string(), algorithm: z.string(), version: z.string(), hash: z.string() }),
  ),
  notices: z.array(FeedNotice),
  lists: MutedWords,
  exceptions: z.array(
    z.strictObject({
      id: z.string(),
      algorithm: z.string(),
      target: z.enum(['author', 'thread', 'post']),
      uri: z.string(),
      key: z.number().nullable(),
      name: z.string(),
      created: z.number(),
    }),
  ),
}) satisfies z.ZodType<FeedDocument>;

/** Each different cause once, and per marked post the numbers of its causes. */
const StoredMarks = z.strictObject({
  causes: z.array(Cause),
  posts: z.array(z.tuple([z.number(), z.array(z.int().min(0))])),
});

/** A feed as it is stored; `prints` are the versions of its posts, shown ones first. */
export function encodeSnapshot(snapshot: Snapshot, prints: Uint32Array): SnapshotRow {
  const { feedId, created, preview, inputDigest, outputDigest, document, shown, hidden } = snapshot;
  return {
    feedId,
    created,
    preview,
    inputDigest,
    outputDigest,
    document: JSON.stringify(document),
    shown: bytesOf(shown),
    hidden: bytesOf(hidden),
    prints: bytesOf(prints),
    marks: rememberedFor(encodedMarks, snapshot.marks, () => encodeMarks(snapshot.marks)),
  };
}

/** @throws LockerError feed_not_found when the stored row can't be read. */
export function decodeSnapshot(row: SnapshotRow): { snapshot: Snapshot; prints: Uint32Array } {
  try {
    const { causes, posts } = StoredMarks.parse(JSON.parse(inflateSync(row.marks).toString('utf8')));
    const marks = posts.map(([id, places]): [number, Cause[]] => [id, places.flatMap((place) => causes[place] ?? [])]);
    const snapshot: Snapshot = {
      feedId: row.feedId,
      created: row.created,
      preview: row.preview,
      inputDigest: row.inputDigest,
      outputDigest: row.outputDigest,
      document: Document.parse(JSON.parse(row.document)),
      shown: new Float64Array(aligned(row.shown)),
      hidden: new Float64Array(aligned(row.hidden)),
      marks: storedMarks(new Map(marks)),
    };
    return { snapshot, prints: new Uint32Array(aligned(row.prints)) };
  } catch (cause) {
    throw new LockerError('feed_not_found', { cause });
  }
}

const encodedMarks = new WeakMap<Marks, Uint8Array<ArrayBuffer>>();

function encodeMarks(marks: Marks): Uint8Array<ArrayBuffer> {
  return deflateSync(JSON.stringify(marksContent(marks)), { level: 1 });
}

function marksContent(marks: Marks): z.infer<typeof StoredMarks> {
  const places = new Map<string, number>();
  const causes: Cause[] = [];
  const posts: [number, number[]][] = [];
  for (const id of marks.marked()) {
    posts.push([id, marks.of(id).map((cause) => placeOf(cause, places, causes))]);
  }
  return { causes, posts };
}

function placeOf(cause: Cause, places: Map<string, number>, causes: Cause[]): number {
  const key = JSON.stringify(cause);
  const known = places.get(key);
  if (known !== undefined) return known;
  places.set(key, causes.length);
  return causes.push(cause) - 1;
}

function bytesOf(column: Float64Array | Uint32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(column.byteLength);
  bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return bytes;
}

function aligned(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
