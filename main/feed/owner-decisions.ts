import type { RowDecision } from './decision.ts';
import { HIDE } from './decision.ts';
import { OWNER_MARKS, type PostSet } from './post-set.ts';

/** The owner's own rules as reasons, in the order of OWNER_REASONS. */
export const OWNER_REASONS = [
  { mark: OWNER_MARKS.hidden, code: 'hidden_by_you', target: 0, text: 'You hid this post.' },
  { mark: OWNER_MARKS.muted, code: 'muted_by_you', target: 1, text: 'You muted its author.' },
  { mark: OWNER_MARKS.blocked, code: 'blocked_by_you', target: 1, text: 'You blocked its author.' },
] as const;

const known = new WeakMap<PostSet, readonly RowDecision[]>();

/** What the owner hid, muted and blocked, as decisions about each post concerned. */
export function ownerDecisions(posts: PostSet): readonly RowDecision[] {
  const kept = known.get(posts);
  if (kept !== undefined) return kept;
  const marks = posts.u8('ownerMark');
  const decisions: RowDecision[] = [];
  for (let row = 0; row < marks.length; row++) {
    const mark = marks[row] ?? 0;
    if (mark === 0) continue;
    for (const [reason, own] of OWNER_REASONS.entries()) {
      // The store's mark already covers every post of the author, so each decision is about its own post.
      if ((mark & own.mark) !== 0) decisions.push({ row, severity: HIDE, target: 0, reason, args: [] });
    }
  }
  known.set(posts, decisions);
  return decisions;
}
