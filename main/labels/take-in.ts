import type { Store } from '../store/index.ts';
import type { SourceContent } from './read/content.ts';

/** Entries per transaction: the owner's own writes go between. */
const AT_ONCE = 1000;

/** Takes what a source says into the store; a list replaces what it said before. True when something is different now. */
export async function takeIn(store: Pick<Store, 'write'>, id: string, content: SourceContent): Promise<boolean> {
  const round = await store.write('labels.beginRound', { id });
  let changed = 0;
  for (let at = 0; at < content.entries.length; at += AT_ONCE) {
    const entries = content.entries.slice(at, at + AT_ONCE);
    changed += (await store.write('labels.take', { id, round, entries }, { priority: 'import' })).changed;
  }
  if (content.kind === 'list') changed += (await store.write('labels.endRound', { id, round })).removed;
  return changed > 0;
}
