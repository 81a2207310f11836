import { ROUTES } from '../../protocol/owner/routes.ts';
import type { Settings } from '../../protocol/owner/settings.ts';
import type { Client } from '../api/client.ts';

const KEYS_OFF = 'locker.keys-off';

function browserZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The owner's settings, with what they change in this window. */
export class Preferences {
  settings = $state.raw<Settings>({
    autoLockMinutes: 0,
    language: 'en',
    theme: 'system',
    remoteMedia: 'ask',
    timeZone: browserZone(),
  });
  /** Single-letter keys, switched per browser (WCAG 2.1.4). */
  keys = $state(localStorage.getItem(KEYS_OFF) === null);
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    this.#use(await this.#client.call(ROUTES.getSettings, {}));
  }

  async change(changes: Partial<Settings>): Promise<void> {
    const before = this.settings;
    this.#use({ ...before, ...changes });
    try {
      this.#use(await this.#client.call(ROUTES.saveSettings, { body: { ...before, ...changes } }));
    } catch (error) {
      this.#use(before);
      throw error;
    }
  }

  switchKeys(on: boolean): void {
    this.keys = on;
    if (on) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, '1');
  }

  #use(settings: Settings): void {
    this.settings = settings;
    const root = document.documentElement;
    if (settings.theme === 'system') root.removeAttribute('data-theme');
    else root.setAttribute('data-theme', settings.theme);
  }
}
