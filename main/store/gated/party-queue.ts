/** Work that waits for its turn, by the party it is for. */
export interface PartyQueue<J extends { readonly party: string }> {
  add(job: J): void;
  remove(job: J): boolean;
  /** The next job of a party that `may` run now; parties take turns. */
  next(may: (party: string) => boolean): J | undefined;
  /** Takes all out. */
  drain(): J[];
  countOf(party: string): number;
  readonly size: number;
}

export function createPartyQueue<J extends { readonly party: string }>(): PartyQueue<J> {
  /** In the order of their turns. */
  const waiting = new Map<string, J[]>();
  return {
    add(job) {
      const jobs = waiting.get(job.party);
      if (jobs === undefined) waiting.set(job.party, [job]);
      else jobs.push(job);
    },
    remove(job) {
      const jobs = waiting.get(job.party) ?? [];
      const at = jobs.indexOf(job);
      if (at < 0) return false;
      jobs.splice(at, 1);
      if (jobs.length === 0) waiting.delete(job.party);
      return true;
    },
    next(may) {
      for (const [party, jobs] of waiting) {
        if (!may(party)) continue;
        const job = jobs.shift();
        waiting.delete(party);
        if (jobs.length > 0) waiting.set(party, jobs);
        return job;
      }
      return undefined;
    },
    drain() {
      const all = [...waiting.values()].flat();
      waiting.clear();
      return all;
    },
    countOf: (party) => waiting.get(party)?.length ?? 0,
    get size() {
      return waiting.size;
    },
  };
}
