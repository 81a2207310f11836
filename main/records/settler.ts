import type { Store } from '../store/index.ts';
import { toldOf } from './told-of.ts';

/** Medians per transaction, which others wait for: one was seen to take 0.5 ms. */
const MEDIANS = 60;
const MEDIANS_MS = 8;
/** Pages of the text index: about 10 ms. */
const PAGES = 64;
/** A bound on what one call does, for the case that something can't be brought up to date. */
const ROUNDS = 10_000;

export interface Settler {
  settle(): Promise<void>;
  /** Settles where nothing was written since the last call: while an import runs, it would be done again and again. */
  settleWhenQuiet(): Promise<void>;
  /** Writes the text index anew, without what was deleted, for about so many milliseconds. */
  forget(forMs: number): Promise<void>;
}

/** Does what the writer leaves for later because it needs a derivation or many rows. One at a time; others join in. */
export function createSettler(store: Pick<Store, 'read' | 'write'>): Settler {
  let running: Promise<void> | undefined;
  let lastSeq = NaN;

  async function run(): Promise<void> {
    for (let round = 0; round < ROUNDS && (await store.read('records.unsettled', {})).behind; round++) {
      await retellAuthors();
      while (
        (await store.write('records.settleMedians', { limit: MEDIANS, forMs: MEDIANS_MS }, { priority: 'import' })).left
      );
    }
  }

  async function retellAuthors(): Promise<void> {
    const authors = await store.read('records.authorsToRetell', {});
    if (authors.length === 0) return;
    await store.write('records.retellAuthors', { authors: authors.map(toldOf) }, { priority: 'import' });
  }

  function settle(): Promise<void> {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    settle,
    async settleWhenQuiet() {
      const { behind, seq } = await store.read('records.unsettled', {});
      const isQuiet = seq === lastSeq;
      lastSeq = seq;
      if (behind && isQuiet) await settle();
    },
    async forget(forMs) {
      if (!(await store.read('records.indexOwes', {}))) return;
      const end = performance.now() + forMs;
      let done = false;
      while (!done && performance.now() < end) {
        ({ done } = await store.write('records.forgetStep', { pages: PAGES }, { priority: 'import' }));
      }
    },
  };
}
