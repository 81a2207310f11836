import { LockerError } from '../../protocol/errors.ts';
import type { Store } from '../store/index.ts';
import { rederive, toldOf } from './rederive.ts';

/** Medians, and pages of the text index, per transaction: about 10 ms. */
const MEDIANS = 60;
const PAGES = 64;

export interface Settler {
  settle(): Promise<void>;
  /** Settles where nothing was written since the last call: while an import runs, it would be done again and again. */
  settleWhenQuiet(): Promise<void>;
}

/** Does what the writer leaves for later because it needs a derivation or many rows. One at a time; others join in. */
export function createSettler(store: Pick<Store, 'read' | 'write'>): Settler {
  let running: Promise<void> | undefined;
  let lastSeq = NaN;

  async function run(): Promise<void> {
    while ((await store.read('records.unsettled', {})).behind) {
      await renewStale();
      await retellAuthors();
      while ((await store.write('records.settleMedians', { limit: MEDIANS }, { priority: 'import' })).left);
      while (!(await store.write('records.forgetStep', { pages: PAGES }, { priority: 'import' })).done);
    }
  }

  async function renewStale(): Promise<void> {
    for (const source of await store.read('records.stale', {})) {
      const { id, seq, overlay } = source;
      try {
        await store.write(
          'records.setOverlay',
          { id, seq, overlay, derived: rederive(source) },
          { priority: 'import' },
        );
      } catch (error) {
        // Changed or gone meanwhile: it comes up again if it still has to.
        if (!(error instanceof LockerError) || !['record_conflict', 'record_not_found'].includes(error.code))
          throw error;
      }
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
  };
}
