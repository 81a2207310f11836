import type { Handlers } from '../call.ts';
import type { SettingsKeeper, SystemReporter } from '../locker-control.ts';

/** The owner's settings, and what this locker runs on. */
export function settingsHandlers(
  settings: () => SettingsKeeper,
  reporter: SystemReporter,
): Pick<Handlers, 'getSettings' | 'saveSettings' | 'system'> {
  return {
    getSettings: async () => settings().get(),
    saveSettings: async ({ body }) => settings().save(body),
    system: async () => reporter.system(),
  };
}
