import type { Tier } from '../../protocol/sandbox-run.ts';
import { LockerError } from '../../protocol/errors.ts';
import { settingTakes, type LocalText, type Manifest, type SettingValues } from '../../protocol/manifest.ts';
import type { MixEntry } from '../../protocol/owner/feed.ts';

/** An installed algorithm whose code was just checked against its hash. */
export interface LoadedAlgorithm {
  readonly manifest: Manifest;
  readonly code: string;
  readonly hash: string;
  readonly tier: Tier;
}

/** An entry of the mix with its algorithm and a value for every setting. */
export interface Member {
  /** Place in the mix's entries. */
  readonly place: number;
  readonly entry: MixEntry;
  readonly algorithm: LoadedAlgorithm;
  readonly settings: SettingValues;
  /** What the algorithm has learnt in this entry. */
  readonly state?: Float64Array;
}

/** The text in the owner's language. */
export function textOf(text: LocalText): string {
  return text.en ?? '';
}

/**
 * What a version of an algorithm takes of settings that were chosen for another one, with its defaults for the rest, in the
 * manifest's order: after an update a mix goes on.
 */
export function settingsFor(manifest: Manifest, chosen: SettingValues): SettingValues {
  return completeSettings(manifest, takenOf(manifest, chosen));
}

/** Chosen settings without those that the manifest doesn't have, or not with this value. */
export function takenOf(manifest: Manifest, chosen: SettingValues): SettingValues {
  const known = new Map(manifest.settings.map((setting) => [setting.key, setting]));
  const taken = Object.entries(chosen).filter(([key, value]) => {
    const setting = known.get(key);
    return setting !== undefined && settingTakes(setting, value);
  });
  return Object.fromEntries(taken);
}

/** The owner's settings with defaults for what isn't set, in the manifest's order. @throws LockerError algorithm_setting_invalid */
export function completeSettings(manifest: Manifest, chosen: SettingValues): SettingValues {
  const keys = new Set(manifest.settings.map(({ key }) => key));
  for (const key of Object.keys(chosen)) {
    if (!keys.has(key)) throw new LockerError('algorithm_setting_invalid', { detail: key });
  }
  const settings: SettingValues = {};
  for (const setting of manifest.settings) {
    const value = chosen[setting.key] ?? setting.default;
    if (!settingTakes(setting, value)) throw new LockerError('algorithm_setting_invalid', { detail: setting.key });
    settings[setting.key] = value;
  }
  return settings;
}
