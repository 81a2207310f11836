import type { JsonObject } from '../types.ts';

export function numberSetting(settings: JsonObject, key: string, fallback: number): number {
  const value = settings[key];
  return typeof value === 'number' && !Number.isNaN(value) ? value : fallback;
}

export function flagSetting(settings: JsonObject, key: string, fallback: boolean): boolean {
  const value = settings[key];
  return typeof value === 'boolean' ? value : fallback;
}

/** One of `options`; the first when the setting is absent or unknown. */
export function choiceSetting<const Option extends string>(
  settings: JsonObject,
  key: string,
  options: readonly [Option, ...Option[]],
): Option {
  const value = settings[key];
  return options.find((option) => option === value) ?? options[0];
}
