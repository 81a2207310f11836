import type { Exception } from '../../protocol/owner/feed.ts';
import type { ExceptionTargets } from './spared.ts';

/** An exception with the store's key of its thread or post. */
export interface StoredException {
  readonly id: string;
  readonly algorithm: string;
  readonly target: 'author' | 'thread' | 'post';
  readonly uri: string;
  readonly key: number | null;
  readonly name: string;
  readonly created: number;
}

/** The exceptions by algorithm, as the pipeline takes them. */
export function exceptionTargets(exceptions: readonly StoredException[]): ReadonlyMap<string, ExceptionTargets> {
  const byAlgorithm = new Map<string, { authorUris: Set<string>; threads: Set<number>; posts: Set<number> }>();
  for (const { algorithm, target, uri, key } of exceptions) {
    const targets = byAlgorithm.get(algorithm) ?? { authorUris: new Set(), threads: new Set(), posts: new Set() };
    byAlgorithm.set(algorithm, targets);
    if (target === 'author') targets.authorUris.add(uri);
    else if (key !== null) (target === 'thread' ? targets.threads : targets.posts).add(key);
  }
  return byAlgorithm;
}

/** As screens show it. */
export function exceptionView({ created, key: _, ...exception }: StoredException): Exception {
  return { ...exception, createdAt: created };
}
