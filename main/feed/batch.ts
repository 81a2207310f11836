import { AUTHOR_COLUMNS, POST_COLUMNS, type AuthorColumn, type PostColumn } from '../../protocol/columns.ts';
import type { Batch, BatchText, Columns } from '../../protocol/batch.ts';
import type { Needs } from '../../protocol/manifest.ts';
import type { ColumnSource, ColumnValues } from './column-values.ts';
import { columnDigest, jsonDigest } from './digest.ts';
import type { LabelRows } from './label-rows.ts';

/** A batch cut to what an algorithm declared, and the name of its content. */
export interface NamedBatch {
  readonly batch: Batch;
  readonly digest: string;
}

/** Text for a batch, with the name of its content. */
export interface NamedText {
  readonly text: BatchText;
  readonly digest: string;
}

/** The columns in `needs`, and nothing else: what isn't declared isn't there. Author rows come with any author column or authorIdx. */
export function cutBatch(
  columns: ColumnSource,
  needs: Needs,
  text: NamedText | null,
  labels: LabelRows | null,
): NamedBatch {
  const posts: Columns<PostColumn> = { f64: {}, u32: {}, u8: {} };
  const authors: Columns<AuthorColumn> = { f64: {}, u32: {}, u8: {} };
  const named: [string, string][] = [];
  const { post, author } = declared(needs);
  for (const name of post) named.push([name, put(posts, name, POST_COLUMNS[name].type, columns.post(name))]);
  for (const name of author)
    named.push([`author.${name}`, put(authors, name, AUTHOR_COLUMNS[name].type, columns.author(name))]);
  const authorRows = post.includes('authorIdx') || labels !== null ? columns.authors() : 0;
  const langs = post.includes('langIdx') ? columns.langs() : null;
  const batch: Batch = {
    n: columns.posts.n,
    ...posts,
    author: { n: authorRows, ...authors },
    ...(langs === null ? {} : { langs }),
    ...(text === null ? {} : { text: text.text }),
    ...(labels === null ? {} : { labels: labels.batch }),
  };
  return {
    batch,
    digest: jsonDigest([batch.n, authorRows, named, langs, text?.digest ?? null, labels?.digest ?? null]),
  };
}

/** The declared columns in the order of the table; author columns are of no use without the index that leads to them. */
export function declared(needs: Needs): { post: readonly PostColumn[]; author: readonly AuthorColumn[] } {
  const post = new Set(needs.post);
  if (needs.author.length > 0) post.add('authorIdx');
  return { post: [...post].sort(), author: [...new Set(needs.author)].sort() };
}

function put<Name extends string>(
  into: Columns<Name>,
  name: Name,
  type: 'f64' | 'u32' | 'u8',
  values: ColumnValues,
): string {
  if (type === 'f64' && values instanceof Float64Array) into.f64[name] = values;
  else if (type === 'u32' && values instanceof Uint32Array) into.u32[name] = values;
  else if (type === 'u8' && values instanceof Uint8Array) into.u8[name] = values;
  else throw new TypeError(`column ${name} is not of type ${type}`);
  return columnDigest(values);
}
