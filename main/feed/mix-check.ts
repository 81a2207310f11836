import { LockerError } from '../../protocol/errors.ts';
import type { Mix } from '../../protocol/owner/feed.ts';
import { loaded, type Algorithms } from './feed-maker.ts';
import { completeSettings } from './member.ts';
import { checkMix } from './mix.ts';

/** An algorithm that isn't there, or isn't run: a mix may name it. */
const UNUSABLE: ReadonlySet<string> = new Set(['algorithm_not_found', 'algorithm_tampered', 'algorithm_revoked']);

/** Checks mixes against the algorithms that are installed. */
export class MixCheck {
  readonly #algorithms: Algorithms;

  constructor(algorithms: Algorithms) {
    this.#algorithms = algorithms;
  }

  /** A mix to save in the place of `before`: an algorithm that isn't there may only stay in it, not come into it. */
  async toSave(mix: Mix, before: Mix): Promise<Mix> {
    checkMix(mix);
    const known = new Set(before.entries.map(({ algorithm }) => algorithm));
    await this.#checkSettings(mix, (error, algorithm) => isUnusable(error) && known.has(algorithm));
    return mix;
  }

  /** A mix to try: what is missing is told with the feed. */
  async toTry(mix: Mix): Promise<Mix> {
    checkMix(mix);
    await this.#checkSettings(mix, isUnusable);
    return mix;
  }

  async #checkSettings(mix: Mix, mayFail: (error: unknown, algorithm: string) => boolean): Promise<void> {
    const loads = await Promise.allSettled(mix.entries.map(({ algorithm }) => this.#algorithms.load(algorithm)));
    for (const [place, { algorithm, settings, enabled }] of mix.entries.entries()) {
      try {
        const { manifest } = loaded(loads[place]);
        completeSettings(manifest, settings);
        if (mix.blend === 'score' && enabled && manifest.kind === 'ranker' && !manifest.normalised) {
          throw new LockerError('mix_invalid', { detail: 'blend' });
        }
      } catch (error) {
        if (!mayFail(error, algorithm)) throw error;
      }
    }
  }
}

function isUnusable(error: unknown): boolean {
  return error instanceof LockerError && UNUSABLE.has(error.code);
}
