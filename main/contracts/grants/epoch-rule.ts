import type { Store } from '../../store/index.ts';

/** The counter outside the store's file; it only grows. */
export interface OutsideEpoch {
  read(): Promise<number | undefined>;
  raise(epoch: number): Promise<number>;
}

/**
 * Tells an old copy of the store from the one that was written last: a counter inside goes up with every start and every
 * change of a contract, and one outside the file follows. A lower one inside means that a copy was put back, which would
 * bring withdrawn contracts to life again.
 */
export interface EpochRule {
  /** What the next change writes. */
  next(): number;
  /** After that change is on disk. */
  raised(epoch: number): Promise<void>;
  readonly isOldCopy: boolean;
}

export async function openEpochRule(
  store: Pick<Store, 'read'>,
  outside: OutsideEpoch,
  onFault: (error: unknown) => void,
): Promise<EpochRule> {
  const { epoch: inside } = await store.read('contracts.rules', {});
  const kept = await outside.read();
  let current = Math.max(inside, kept ?? 0);
  return {
    next: () => current + 1,
    async raised(epoch) {
      current = Math.max(current, epoch);
      try {
        await outside.raise(epoch);
      } catch (error) {
        // The change holds all the same; the next one raises it.
        onFault(error);
      }
    },
    // Where the counter outside is gone, nothing tells that the copy is the newest.
    isOldCopy: kept === undefined ? inside > 0 : inside < kept,
  };
}
