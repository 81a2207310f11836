/** What happened to contracts, told once it is committed. */
export type ContractEvent =
  /** Its terms, its state or its datatypes are others than before. */
  | { readonly kind: 'grant'; readonly grant: string; readonly over: boolean }
  /** A request waits, no longer waits, or its page came or went. */
  | { readonly kind: 'requests' }
  /** The keys are about to be cleared: whatever is open ends. */
  | { readonly kind: 'locking' };

export interface ContractEvents {
  /** Calls `listener` with each event; returns what ends that. */
  on(listener: (event: ContractEvent) => void): () => void;
  tell(event: ContractEvent): void;
}

/** `onFault` is told of a listener that throws; the others are called all the same. */
export function createEvents(onFault: (error: unknown) => void): ContractEvents {
  const listeners = new Set<(event: ContractEvent) => void>();
  return {
    on(listener) {
      // A listener given twice is called twice.
      const own = (event: ContractEvent): void => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    tell(event) {
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          onFault(error);
        }
      }
    },
  };
}
