import type { Cause } from '../../protocol/owner/feed.ts';
import { TARGET_NAMES } from './decision.ts';
import { jsonDigest } from './digest.ts';
import { OWNER_ENTRY, type Effects, type RowCause } from './effects.ts';
import { textOf, type Member } from './member.ts';
import { OWNER_REASONS } from './owner-decisions.ts';
import type { PostContext, PostSet } from './post-set.ts';
import { reasonText, type ReasonContext } from './reason-text.ts';
import { rowsBy } from './grouping.ts';
import type { LabelsInForce } from './label-rows.ts';
import type { Scene } from './scene.ts';

/** The marks of a feed's posts by record id, in words. */
export interface Marks {
  of(id: number): readonly Cause[];
  /** Record ids of the posts that have any. */
  marked(): Iterable<number>;
}

const NONE: readonly Cause[] = [];

/**
 * The marks of a feed that was just made; texts are filled in when asked for. Feeds are held longer than the window they were
 * made of, so nothing here may lead back to it: what the texts need of the marked posts is taken now.
 */
export function marksOf(
  posts: PostSet,
  effects: Effects,
  members: readonly Member[],
  scene: Pick<Scene, 'lists' | 'labels'>,
): Marks {
  const wording = jsonDigest([scene.lists, members.map(wordingOf)]);
  const known = latest.get(effects);
  if (known?.wording === wording && known.labels === scene.labels) return known.marks;
  const byPlace = new Map(members.map((member) => [member.place, member]));
  const marks = wordedMarks(
    causesById(posts, effects),
    byPlace,
    { lists: scene.lists, kinds: scene.labels.kinds, sources: scene.labels.sources },
    posts.context.authors,
    namedAuthors(posts, effects, byPlace),
  );
  latest.set(effects, { wording, labels: scene.labels, marks });
  return marks;
}

function wordingOf({ place, entry, algorithm, settings }: Member): unknown[] {
  return [place, entry.entry, algorithm.hash, settings];
}

/** Marks by what they are about, with the name of what their texts are made from: the same again, the same object. */
const latest = new WeakMap<
  Effects,
  { readonly wording: string; readonly labels: Scene['labels']; readonly marks: Marks }
>();

/** What reasons name by number. */
type Named = Pick<Scene, 'lists'> & Pick<LabelsInForce, 'kinds' | 'sources'>;
type Members = ReadonlyMap<number, Member>;

function causesById(posts: PostSet, effects: Effects): ReadonlyMap<number, readonly RowCause[]> {
  const ids = posts.f64('id');
  return new Map(Array.from(effects.causes, ([row, causes]) => [ids[row] ?? NaN, causes]));
}

/** Author keys of the posts that reasons name, by record id. */
function namedAuthors(posts: PostSet, effects: Effects, members: Members): ReadonlyMap<number, number> {
  const authors = new Map<number, number>();
  for (const causes of effects.causes.values()) {
    for (const { entry, reason, args } of causes) {
      const params = members.get(entry)?.algorithm.manifest.reasons[reason]?.params ?? [];
      for (const [place, { as }] of params.entries()) {
        const id = args[place] ?? NaN;
        const row = as === 'row' ? rowsBy(posts, 'id').get(id) : undefined;
        if (row !== undefined) authors.set(id, posts.f64('author')[row] ?? 0);
      }
    }
  }
  return authors;
}

function wordedMarks(
  causesOf: ReadonlyMap<number, readonly RowCause[]>,
  byPlace: Members,
  { lists, kinds, sources }: Named,
  authors: PostContext['authors'],
  authorOf: ReadonlyMap<number, number>,
): Marks {
  const authorName = (key: number): string | null => authors.get(key)?.name ?? null;
  const postAuthorName = (id: number): string | null => authorName(authorOf.get(id) ?? NaN);
  const inWords = (cause: RowCause): Cause => {
    const member = byPlace.get(cause.entry);
    if (cause.entry === OWNER_ENTRY || member === undefined) return ownerCause(cause);
    const { manifest } = member.algorithm;
    const context: ReasonContext = {
      manifest,
      settings: member.settings,
      lists,
      labels: kinds,
      authorName,
      postAuthorName,
    };
    return {
      entry: member.entry.entry,
      algorithm: manifest.id,
      name: textOf(manifest.name),
      severity: cause.severity,
      target: TARGET_NAMES[cause.target],
      reason: repeated(cause, reasonText(context, cause.reason, cause.args)),
      ...labelOf(cause),
    };
  };
  /** The label that a reason names first. */
  const labelOf = ({ entry, reason, args }: RowCause): Pick<Cause, 'label'> => {
    const params = byPlace.get(entry)?.algorithm.manifest.reasons[reason]?.params ?? [];
    const kind = args[params.findIndex(({ as }) => as === 'label')] ?? NaN;
    const source = sources[kind];
    const value = kinds[kind]?.value;
    return source === undefined || value === undefined ? {} : { label: { source, value } };
  };
  return {
    of: (id) => causesOf.get(id)?.map(inWords) ?? NONE,
    marked: () => causesOf.keys(),
  };
}

function ownerCause(cause: RowCause): Cause {
  const own = OWNER_REASONS[cause.reason] ?? OWNER_REASONS[0];
  const reason = repeated(cause, { code: own.code, text: own.text });
  return {
    entry: 'owner',
    algorithm: null,
    name: 'You',
    severity: cause.severity,
    target: TARGET_NAMES[own.target],
    reason,
  };
}

/** For a post that repeats or quotes a hidden one, the reason is about the other post. */
function repeated(cause: RowCause, reason: Cause['reason']): Cause['reason'] {
  if (cause.repeats === null) return reason;
  const verb = cause.repeats === 'boost' ? 'Boosts' : 'Quotes';
  return { code: reason.code, text: `${verb} a hidden post: ${reason.text}` };
}

/** Marks as they were stored with a feed. */
export function storedMarks(causes: ReadonlyMap<number, readonly Cause[]>): Marks {
  return { of: (id) => causes.get(id) ?? NONE, marked: () => causes.keys() };
}
