import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who of this service has data of a contract: the page in a browser, or the program. */
export type Holder = 'page' | 'program';

interface Kept {
  readonly holder: Holder;
  /** Erasure was demanded and isn't answered. */
  readonly demanded: boolean;
}

/** Which contracts there are, and where an erasure is still to be done; survives a restart. */
export interface Demands {
  kept(grant: string, holder: Holder): Promise<void>;
  /** @returns who must erase first; null: there is nothing of it any more */
  demanded(grant: string): Promise<Holder | null>;
  /** Its holder has erased everything. @returns whether that was demanded */
  erased(grant: string): Promise<boolean>;
}

export async function openDemands(folder: string): Promise<Demands> {
  const file = join(folder, 'contracts.json');
  const text = await readFile(file, 'utf8').catch(() => '[]');
  const entries: [string, Kept][] = JSON.parse(text);
  const grants = new Map(entries);
  const save = (): Promise<void> => writeFile(file, JSON.stringify([...grants]), { mode: 0o600 });
  return {
    async kept(grant, holder) {
      grants.set(grant, { holder, demanded: false });
      await save();
    },
    async demanded(grant) {
      const kept = grants.get(grant);
      if (kept === undefined) return null;
      grants.set(grant, { ...kept, demanded: true });
      await save();
      return kept.holder;
    },
    async erased(grant) {
      const was = grants.get(grant)?.demanded === true;
      grants.delete(grant);
      await save();
      return was;
    },
  };
}
