import type { PostSet } from './post-set.ts';
import type { Snapshot } from './snapshot.ts';

/** Posts that came after the feed was made and that no rule of the owner hides. */
export function newPosts({ document, shown, hidden }: Snapshot, posts: PostSet): number {
  const known: ReadonlySet<number> = new Set([...shown, ...hidden]);
  const ids = posts.f64('id');
  const seqs = posts.f64('seq');
  let count = 0;
  for (let row = 0; row < posts.n; row++) if ((seqs[row] ?? 0) > document.seq && !known.has(ids[row] ?? NaN)) count++;
  return count;
}
