import type { Cause, MutedWords } from '../../protocol/owner/feed.ts';
import { TARGET_NAMES } from './decision.ts';
import { OWNER_ENTRY, type Effects, type RowCause } from './effects.ts';
import { textOf, type Member } from './member.ts';
import { OWNER_REASONS } from './owner-decisions.ts';
import type { PostSet } from './post-set.ts';
import { reasonText, type ReasonContext } from './reason-text.ts';
import { rowsBy } from './grouping.ts';

/** The marks of a feed's posts by record id, in words. */
export interface Marks {
  of(id: number): readonly Cause[];
  /** Record ids of the posts that have any. */
  marked(): Iterable<number>;
}

const NONE: readonly Cause[] = [];

/** The marks of a feed that was just made; texts are filled in when asked for. */
export function marksOf(posts: PostSet, effects: Effects, members: readonly Member[], lists: MutedWords): Marks {
  const rows = rowsBy(posts, 'id');
  const byPlace = new Map(members.map((member) => [member.place, member]));
  const authorName = (key: number): string | null => posts.context.authors.get(key)?.name ?? null;
  const postAuthorName = (id: number): string | null => {
    const row = rows.get(id);
    return row === undefined ? null : authorName(posts.f64('author')[row] ?? 0);
  };
  const inWords = (cause: RowCause): Cause => {
    const member = byPlace.get(cause.entry);
    if (cause.entry === OWNER_ENTRY || member === undefined) return ownerCause(cause);
    const { manifest } = member.algorithm;
    const context: ReasonContext = { manifest, settings: member.settings, lists, authorName, postAuthorName };
    return {
      entry: member.entry.entry,
      algorithm: manifest.id,
      name: textOf(manifest.name),
      severity: cause.severity,
      target: TARGET_NAMES[cause.target],
      reason: repeated(cause, reasonText(context, cause.reason, cause.args)),
    };
  };
  return {
    of(id) {
      const row = rows.get(id);
      const causes = row === undefined ? undefined : effects.causes.get(row);
      return causes === undefined ? NONE : causes.map(inWords);
    },
    marked: () => Array.from(effects.causes.keys(), (row) => posts.f64('id')[row] ?? NaN),
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
