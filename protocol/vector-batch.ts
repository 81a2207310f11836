import type { Batch, BatchLabels, BatchText, Ctx, OwnerLists } from './batch.ts';
import { AUTHOR_COLUMNS, POST_COLUMNS, type Column } from './columns.ts';
import type { Manifest } from './manifest.ts';
import { TEXT_KINDS } from './record.ts';
import type { Vector } from './vector.ts';

function columnsOf<Name extends string>(
  names: readonly Name[],
  table: Readonly<Record<Name, Column>>,
  values: Readonly<Partial<Record<Name, readonly (number | null)[]>>>,
  n: number,
): {
  f64: Partial<Record<Name, Float64Array>>;
  u32: Partial<Record<Name, Uint32Array>>;
  u8: Partial<Record<Name, Uint8Array>>;
} {
  const f64: Partial<Record<Name, Float64Array>> = {};
  const u32: Partial<Record<Name, Uint32Array>> = {};
  const u8: Partial<Record<Name, Uint8Array>> = {};
  for (const name of names) {
    const { type, missing } = table[name];
    const given = values[name] ?? [];
    const column = Array.from({ length: n }, (_, row) => given[row] ?? missing);
    if (type === 'f64') f64[name] = Float64Array.from(column);
    else if (type === 'u32') u32[name] = Uint32Array.from(column);
    else u8[name] = Uint8Array.from(column);
  }
  return { f64, u32, u8 };
}

function textOf(vector: Vector): BatchText | undefined {
  if (vector.text === undefined) return undefined;
  const off = [0];
  const postSeg = [0];
  const kinds: number[] = [];
  const ids: number[] = [];
  let full = '';
  for (let row = 0; row < vector.n; row++) {
    for (const [kind, text] of vector.text[row] ?? []) {
      kinds.push(TEXT_KINDS.indexOf(kind));
      if (typeof text === 'string') full += text;
      else ids.push(...text);
      off.push(typeof text === 'string' ? full.length : ids.length);
    }
    postSeg.push(kinds.length);
  }
  return {
    arena: ids.length > 0 ? Uint32Array.from(ids) : full,
    off: Uint32Array.from(off),
    postSeg: Uint32Array.from(postSeg),
    kind: Uint8Array.from(kinds),
  };
}

function labelsOf(manifest: Manifest, vector: Vector, authors: number): BatchLabels | undefined {
  if (!manifest.needs.labels) return undefined;
  const [postOff, post] = runsOf(vector.labels?.post ?? [], vector.n);
  const [authorOff, author] = runsOf(vector.labels?.author ?? [], authors);
  return { postOff, post, authorOff, author };
}

function runsOf(lists: readonly (readonly number[])[], n: number): [Uint32Array, Uint32Array] {
  const off = new Uint32Array(n + 1);
  for (let row = 0; row < n; row++) off[row + 1] = (off[row] ?? 0) + (lists[row]?.length ?? 0);
  return [off, Uint32Array.from(lists.slice(0, n).flat())];
}

/** The batch of a vector: every column the manifest needs, the missing value where the vector gives none. */
export function vectorBatch(manifest: Manifest, vector: Vector): Batch {
  const authors = Math.max(
    0,
    ...Object.values(vector.author).map((column) => column.length),
    vector.labels?.author.length ?? 0,
    ...(vector.post.authorIdx ?? []).map((author) => (author ?? -1) + 1),
  );
  const text = textOf(vector);
  const labels = labelsOf(manifest, vector, authors);
  return {
    n: vector.n,
    ...columnsOf(manifest.needs.post, POST_COLUMNS, vector.post, vector.n),
    author: { n: authors, ...columnsOf(manifest.needs.author, AUTHOR_COLUMNS, vector.author, authors) },
    ...(vector.langs === undefined ? {} : { langs: vector.langs }),
    ...(text === undefined ? {} : { text }),
    ...(labels === undefined ? {} : { labels }),
  };
}

export function vectorCtx(vector: Vector): Ctx {
  const owner: OwnerLists = {};
  if (vector.owner.words !== undefined) owner.words = vector.owner.words;
  if (vector.owner.hosts !== undefined) owner.hosts = vector.owner.hosts;
  if (vector.owner.labels !== undefined) owner.labels = vector.owner.labels;
  const ctx: Ctx = { now: vector.now, seed: vector.seed, owner, apiVersion: 1 };
  if (vector.state !== undefined) ctx.state = Float64Array.from(vector.state, (value) => value ?? NaN);
  return ctx;
}
