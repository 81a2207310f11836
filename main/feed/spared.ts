import { personKeys } from './grouping.ts';
import { NO_KEY, type PostSet } from './post-set.ts';

/** True for a row that one of the owner's exceptions covers. */
export type Spared = (row: number) => boolean;

/** What the exceptions of one algorithm name. */
export interface ExceptionTargets {
  readonly authorUris: ReadonlySet<string>;
  /** Store keys of threads. */
  readonly threads: ReadonlySet<number>;
  /** Record ids. */
  readonly posts: ReadonlySet<number>;
}

export function nothingSpared(): boolean {
  return false;
}

/** The rows that an algorithm must leave alone; an exception for an author holds for all accounts of the person. */
export function sparedRows(posts: PostSet, targets: ExceptionTargets): Spared {
  if (targets.authorUris.size + targets.threads.size + targets.posts.size === 0) return nothingSpared;
  const persons = new Set<number>();
  for (const author of posts.context.authors.values())
    if (targets.authorUris.has(author.uri)) persons.add(author.person);
  const personOf = personKeys(posts);
  const threads = posts.f64('thread');
  const ids = posts.f64('id');
  return (row) =>
    persons.has(personOf[row] ?? NO_KEY) ||
    targets.threads.has(threads[row] ?? NO_KEY) ||
    targets.posts.has(ids[row] ?? NaN);
}
