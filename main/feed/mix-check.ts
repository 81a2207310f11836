import { isDeepStrictEqual } from 'node:util';
import { LockerError } from '../../protocol/errors.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { Mix, MixEntry } from '../../protocol/owner/feed.ts';
import { loaded, type Algorithms } from './feed-maker.ts';
import { completeSettings, takenOf } from './member.ts';
import { checkMix } from './mix.ts';

/** An algorithm that isn't there, or isn't run: a mix may name it. */
const UNUSABLE: ReadonlySet<string> = new Set(['algorithm_not_found', 'algorithm_tampered', 'algorithm_revoked']);

/** Checks mixes against the algorithms that are installed. */
export class MixCheck {
  readonly #algorithms: Algorithms;

  constructor(algorithms: Algorithms) {
    this.#algorithms = algorithms;
  }

  /** A mix to save beside those `saved`: an algorithm that isn't there may only stay, not come into it. */
  async toSave(mix: Mix, saved: readonly Mix[]): Promise<Mix> {
    const known = new Set(saved.flatMap(({ entries }) => entries.map(({ algorithm }) => algorithm)));
    return this.#checked(mix, saved, (error, algorithm) => isUnusable(error) && known.has(algorithm));
  }

  /** A mix to try: what is missing is told with the feed. */
  async toTry(mix: Mix, saved: readonly Mix[]): Promise<Mix> {
    return this.#checked(mix, saved, isUnusable);
  }

  async #checked(
    mix: Mix,
    saved: readonly Mix[],
    mayFail: (error: unknown, algorithm: string) => boolean,
  ): Promise<Mix> {
    checkMix(mix);
    const loads = await Promise.allSettled(mix.entries.map(({ algorithm }) => this.#algorithms.load(algorithm)));
    const entries = mix.entries.map((entry, place) => {
      try {
        const { manifest } = loaded(loads[place]);
        const fitting = withoutLeftovers(entry, manifest, saved);
        completeSettings(manifest, fitting.settings);
        if (mix.blend === 'score' && entry.enabled && manifest.kind === 'ranker' && !manifest.normalised) {
          throw new LockerError('mix_invalid', { detail: 'blend' });
        }
        return fitting;
      } catch (error) {
        if (!mayFail(error, entry.algorithm)) throw error;
        return entry;
      }
    });
    return { ...mix, entries };
  }
}

/** Without values that an earlier version took and that were saved then; what is new in the mix is checked as it is. */
function withoutLeftovers(entry: MixEntry, manifest: Manifest, saved: readonly Mix[]): MixEntry {
  const taken = takenOf(manifest, entry.settings);
  const before = saved.flatMap(({ entries }) => entries.filter(({ algorithm }) => algorithm === entry.algorithm));
  const settings = Object.entries(entry.settings).filter(
    ([key, value]) => key in taken || !before.some((one) => isDeepStrictEqual(one.settings[key], value)),
  );
  return settings.length === Object.keys(entry.settings).length
    ? entry
    : { ...entry, settings: Object.fromEntries(settings) };
}

function isUnusable(error: unknown): boolean {
  return error instanceof LockerError && UNUSABLE.has(error.code);
}
