import type { OwnerControl } from '../contracts/index.ts';

/** A service that asks for access, as a notification names it. */
export interface Asked {
  /** The verified host; a program of this computer has none. */
  readonly who: string;
  readonly request: string;
}

/** Tells of each request that waits for the owner once, until `signal` aborts. */
export async function tellAsked(
  owner: Pick<OwnerControl, 'watchRequests' | 'accessRequests'>,
  tell: (asked: Asked) => void,
  signal: AbortSignal,
): Promise<void> {
  let known: ReadonlySet<string> = new Set();
  for await (const { waiting } of owner.watchRequests(signal)) {
    const items = waiting === 0 ? [] : (await owner.accessRequests()).items;
    for (const { id, service } of items) {
      if (!known.has(id)) tell({ who: service.host ?? 'A program on this computer', request: id });
    }
    known = new Set(items.map(({ id }) => id));
  }
}
