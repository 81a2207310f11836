import { NO_ROW } from '../../protocol/columns.ts';
import { POST_ACTS } from '../store/index.ts';
import { HIDE, type RowDecision } from './decision.ts';
import { isWithinHost } from './effects.ts';
import { numbering } from './grouping.ts';
import type { PostSet } from './post-set.ts';

/** The owner's own rules as reasons; `reason` of an owner's decision is an index into it. */
export const OWNER_REASONS = [
  { code: 'hidden_by_you', target: 0, text: 'You hid this post.' },
  { code: 'muted_by_you', target: 1, text: 'You muted its author.' },
  { code: 'blocked_by_you', target: 1, text: 'You blocked its author.' },
  { code: 'host_blocked_by_you', target: 4, text: 'You blocked the host of its author.' },
] as const;

const known = new WeakMap<PostSet, readonly RowDecision[]>();

/** What the owner hid, muted and blocked. The store knows all accounts of a person, so each decision is about its own post. */
export function ownerDecisions(posts: PostSet): readonly RowDecision[] {
  const kept = known.get(posts);
  if (kept !== undefined) return kept;
  const { authors, blockedHosts } = posts.context;
  const { index, keys } = numbering(posts, 'author');
  const byAuthor = Array.from(keys, (key): number[] => {
    const author = authors.get(key);
    if (author === undefined) return [];
    const hostBlocked = blockedHosts.some((host) => isWithinHost(author.host, host));
    return [...(author.muted ? [1] : []), ...(author.blocked ? [2] : []), ...(hostBlocked ? [3] : [])];
  });
  const acts = posts.u8('acts');
  const decisions: RowDecision[] = [];
  for (let row = 0; row < posts.n; row++) {
    if (((acts[row] ?? 0) & POST_ACTS.hide) !== 0) decisions.push(decision(row, 0));
    for (const reason of byAuthor[index[row] ?? NO_ROW] ?? []) decisions.push(decision(row, reason));
  }
  known.set(posts, decisions);
  return decisions;
}

function decision(row: number, reason: number): RowDecision {
  return { row, severity: HIDE, target: 0, reason, args: [] };
}
