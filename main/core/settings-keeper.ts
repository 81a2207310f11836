import { LockerError } from '../../protocol/errors.ts';
import { Settings } from '../../protocol/owner/settings.ts';
import type { SettingsKeeper } from '../owner-api/index.ts';
import type { Store } from '../store/index.ts';

const KEY = 'owner.settings';

const DEFAULTS: Settings = {
  autoLockMinutes: 30,
  language: 'en',
  theme: 'system',
  remoteMedia: 'ask',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
};

/** The owner's settings in the store, with a copy of what is needed between requests. */
export interface KeptSettings extends SettingsKeeper {
  readonly current: Settings;
}

function requireTimeZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
  } catch (cause) {
    throw new LockerError('bad_request', { detail: 'timeZone', cause });
  }
}

/** Reads what is kept; a value an older version wrote in another shape falls back to its default. */
export async function openSettings(store: Pick<Store, 'read' | 'write'>): Promise<KeptSettings> {
  const kept = Settings.partial().safeParse(await store.read('settings.get', { key: KEY }));
  let current = Settings.parse({ ...DEFAULTS, ...(kept.success ? kept.data : {}) });
  return {
    get current() {
      return current;
    },
    get: async () => current,
    async save(settings) {
      requireTimeZone(settings.timeZone);
      await store.write('settings.set', { key: KEY, value: settings });
      current = settings;
      return current;
    },
  };
}
