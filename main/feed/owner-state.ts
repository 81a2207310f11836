import { randomBytes } from 'node:crypto';
import { LockerError } from '../../protocol/errors.ts';
import { Mix, MutedWords } from '../../protocol/owner/feed.ts';
import type { Store } from '../store/index.ts';
import type { StoredException } from './exceptions.ts';
import { DEFAULT_MIX } from './mix.ts';

const MIX_KEY = 'feed.mix';
const LISTS_KEY = 'feed.muted-words';
const NO_LISTS: MutedWords = { words: [], hosts: [] };

/** What the owner chose about feeds: the mix, muted words and hosts, exceptions. Read once, then kept in memory. */
export class OwnerState {
  readonly #store: Pick<Store, 'read' | 'write'>;
  #mix: Promise<Mix> | null = null;
  #lists: Promise<MutedWords> | null = null;
  #exceptions: Promise<readonly StoredException[]> | null = null;

  constructor(store: Pick<Store, 'read' | 'write'>) {
    this.#store = store;
  }

  async mix(): Promise<Mix> {
    this.#mix ??= this.#setting(MIX_KEY).then((value) => (value === null ? DEFAULT_MIX : Mix.parse(value)));
    return this.#fresh(this.#mix, () => (this.#mix = null));
  }

  async saveMix(mix: Mix): Promise<void> {
    await this.#store.write('settings.set', { key: MIX_KEY, value: mix });
    this.#mix = Promise.resolve(mix);
  }

  async lists(): Promise<MutedWords> {
    this.#lists ??= this.#setting(LISTS_KEY).then((value) => (value === null ? NO_LISTS : MutedWords.parse(value)));
    return this.#fresh(this.#lists, () => (this.#lists = null));
  }

  async saveLists(lists: MutedWords): Promise<void> {
    await this.#store.write('settings.set', { key: LISTS_KEY, value: lists });
    this.#lists = Promise.resolve(lists);
  }

  async exceptions(): Promise<readonly StoredException[]> {
    this.#exceptions ??= this.#store.read('feed.exceptions', {});
    return this.#fresh(this.#exceptions, () => (this.#exceptions = null));
  }

  async addException(exception: Omit<StoredException, 'id'>): Promise<StoredException> {
    const id = randomBytes(12).toString('base64url');
    const stored = await this.#store.write('feed.putException', { id, ...exception });
    this.#exceptions = null;
    return stored;
  }

  async dropException(id: string): Promise<void> {
    const dropped = await this.#store.write('feed.dropException', { id });
    this.#exceptions = null;
    if (!dropped) throw new LockerError('exception_not_found');
  }

  async #setting(key: string): Promise<unknown> {
    return this.#store.read('settings.get', { key });
  }

  /** A read that failed is not kept. */
  async #fresh<T>(reading: Promise<T>, forget: () => void): Promise<T> {
    try {
      return await reading;
    } catch (error) {
      forget();
      throw error;
    }
  }
}
