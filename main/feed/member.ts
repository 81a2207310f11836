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
