/** Proofs of one key in one minute; above this the key is slowed down rather than the memory filled. */
const MAX_PER_KEY = 60_000;
/** All keys together, in one minute. */
const MAX_PER_STEP = 300_000;

/** Which proofs were seen. They go with the nonce they carry: a proof with an older nonce is refused anyway. */
export interface Replays {
  /** `new` once per key and `jti`; `full` where too many came in this minute. */
  take(step: number, oldest: number, key: string, jti: string): 'new' | 'seen' | 'full';
}

interface Step {
  size: number;
  readonly byKey: Map<string, Set<string>>;
}

export function createReplays(): Replays {
  const steps = new Map<number, Step>();
  return {
    take(step, oldest, key, jti) {
      for (const old of steps.keys()) if (old < oldest) steps.delete(old);
      const own = steps.get(step) ?? { size: 0, byKey: new Map<string, Set<string>>() };
      steps.set(step, own);
      for (const { byKey } of steps.values()) if (byKey.get(key)?.has(jti) === true) return 'seen';
      const seen = own.byKey.get(key) ?? new Set<string>();
      if (seen.size >= MAX_PER_KEY || own.size >= MAX_PER_STEP) return 'full';
      own.byKey.set(key, seen);
      seen.add(jti);
      own.size += 1;
      return 'new';
    },
  };
}
