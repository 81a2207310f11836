import { branded, type RecordId } from '../../protocol/brand.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import type { LabelPreview } from '../../protocol/owner/labels.ts';
import type { Store } from '../store/index.ts';
import type { Looked } from './previews.ts';
import type { SourceContent } from './read/content.ts';

/** What previews need of the records room. */
export interface PostViews {
  postViews(ids: readonly RecordId[]): Promise<PostView[]>;
}

/** Labels shown in a preview; the rarest ones beyond are left out. */
const MOST_VALUES = 200;

/** What a source says, and what of the owner's posts it is about. */
export async function showPreview(
  store: Pick<Store, 'read'>,
  views: PostViews,
  now: number,
  preview: string,
  { content, address }: Pick<Looked, 'content' | 'address'>,
): Promise<LabelPreview> {
  const holding = holdingEntries(content, now);
  const values = [...new Set(holding.map(({ value }) => value))];
  const places = new Map(values.map((value, place) => [value, place]));
  const reach = await store.read('labels.reach', {
    targets: holding.map(({ value, about, subject, uri }) => ({
      kind: places.get(value) ?? 0,
      about,
      subject,
      host: about === 'host' ? uri : '',
    })),
  });
  const reached = new Map(reach.byKind.map((one) => [one.kind, one]));
  const counts = countsOf(holding.map(({ value }) => value));
  const posts = await views.postViews(reach.examples.map(({ id }) => branded<string, 'RecordId'>(String(id))));
  const valueOf = new Map(reach.examples.map(({ id, kind }) => [String(id), values[kind] ?? '']));
  return {
    preview,
    kind: content.kind,
    name: content.name ?? nameFrom(address) ?? content.publisher,
    publisher: content.publisher,
    address,
    key: content.key,
    entries: holding.length,
    more: content.kind === 'labels' && content.cursor !== null,
    skipped: Array.from(content.skipped, ([reason, count]) => ({ reason, count })),
    values: values
      .map((value, place) => ({
        value,
        advised: holding.find((entry) => entry.value === value)?.advised ?? 1,
        entries: counts.get(value) ?? 0,
        posts: reached.get(place)?.posts ?? 0,
        people: reached.get(place)?.people ?? 0,
      }))
      .sort((a, b) => b.posts - a.posts || b.entries - a.entries)
      .slice(0, MOST_VALUES),
    posts: reach.posts,
    people: reach.people,
    followed: reach.followed,
    examples: posts.map((post) => ({ post, value: valueOf.get(post.id) ?? '' })),
  };
}

/** The statements that hold now: the last one about each subject and version, unless it takes the label back or has expired. */
function holdingEntries({ entries }: SourceContent, now: number): SourceContent['entries'] {
  const last = new Map<string, SourceContent['entries'][number]>();
  for (const entry of entries) {
    const name = `${entry.value} ${entry.uri} ${entry.cid}`;
    const before = last.get(name);
    if (before === undefined || entry.made >= before.made) last.set(name, entry);
  }
  return [...last.values()].filter(({ negated, expires }) => !negated && (expires === null || expires > now));
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function nameFrom(address: string | null): string | null {
  return address === null ? null : (URL.parse(address)?.host ?? null);
}
