import { createHmac, timingSafeEqual } from 'node:crypto';

const STEP_MS = 60_000;
/** A nonce is taken for its own minute and this many after it. */
const STEPS = 2;

/** Nonces for proofs (RFC 9449, 8): stateless, by a secret that ends with the process. */
export interface Nonces {
  /** The nonce to use now. */
  current(): string;
  /** The step of a nonce that is still taken, or null. */
  stepOf(nonce: string): number | null;
  /** Steps before this one are over. */
  oldest(): number;
}

/** @param now milliseconds */
export function createNonces(secret: Uint8Array, now: () => number): Nonces {
  const kept = new Map<number, Buffer>();
  const step = (): number => Math.floor(now() / STEP_MS);

  function nonce(of: number): Buffer {
    let made = kept.get(of);
    if (made === undefined) {
      made = Buffer.from(createHmac('sha256', secret).update(String(of)).digest('base64url'));
      for (const old of kept.keys()) if (old < step() - STEPS) kept.delete(old);
      kept.set(of, made);
    }
    return made;
  }

  return {
    current: () => nonce(step()).toString(),
    stepOf(text) {
      const given = Buffer.from(text);
      let found: number | null = null;
      for (let back = 0; back <= STEPS; back++) {
        const expected = nonce(step() - back);
        if (given.length === expected.length && timingSafeEqual(given, expected)) found = step() - back;
      }
      return found;
    },
    oldest: () => step() - STEPS,
  };
}
