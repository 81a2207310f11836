import type { GateOptions } from './gate-options.ts';
import { grantNames, type GrantNames } from './grant-names.ts';

export interface GrantKeys {
  /** The names of a contract; its key is made the first time. */
  names(grantId: string): Promise<GrantNames>;
  forget(grantId: string): void;
}

/** Keys of contracts, read once. */
export function createGrantKeys({ store, randomBytes }: Pick<GateOptions, 'store' | 'randomBytes'>): GrantKeys {
  const kept = new Map<string, Promise<GrantNames>>();

  async function load(grant: string): Promise<GrantNames> {
    const known = await store.read('gate.key', { grant });
    return grantNames(known ?? (await store.write('gate.makeKey', { grant, key: Uint8Array.from(randomBytes(32)) })));
  }

  return {
    names(grantId) {
      const known = kept.get(grantId);
      if (known !== undefined) return known;
      const loading = load(grantId);
      kept.set(grantId, loading);
      loading.catch(() => kept.delete(grantId));
      return loading;
    },
    forget(grantId) {
      kept.delete(grantId);
    },
  };
}
