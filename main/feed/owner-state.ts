import { randomBytes, randomInt } from 'node:crypto';
import { LockerError } from '../../protocol/errors.ts';
import { Mix, Mixes, MutedWords } from '../../protocol/owner/feed.ts';
import type { Store } from '../store/index.ts';
import type { StoredException } from './exceptions.ts';
import { DEFAULT_MIX } from './mix.ts';
import { TAG_SALT_KEY } from './store-source.ts';

const MIXES_KEY = 'feed.mixes';
const MIX_KEY = 'feed.mix';
const MOST_MIXES = 50;
const LISTS_KEY = 'feed.muted-words';
const NO_LISTS: MutedWords = { words: [], hosts: [] };

/** What the owner chose about feeds: the mix, muted words and hosts, exceptions. Read once, then kept in memory. */
export class OwnerState {
  readonly #store: Pick<Store, 'read' | 'write'>;
  #mixes: Promise<Mixes> | null = null;
  #lists: Promise<MutedWords> | null = null;
  #exceptions: Promise<readonly StoredException[]> | null = null;
  #salted: Promise<void> | null = null;

  constructor(store: Pick<Store, 'read' | 'write'>) {
    this.#store = store;
  }

  /** The mix that makes the feed. */
  async mix(): Promise<Mix> {
    const { current, items } = await this.mixes();
    return items.find(({ id }) => id === current) ?? DEFAULT_MIX;
  }

  async mixes(): Promise<Mixes> {
    this.#mixes ??= this.#readMixes();
    return this.#fresh(this.#mixes, () => (this.#mixes = null));
  }

  /** Keeps a mix under its id, and makes feeds with it from now on. @throws LockerError too_many_mixes */
  async saveMix(mix: Mix): Promise<void> {
    const { items } = await this.mixes();
    const isKnown = items.some(({ id }) => id === mix.id);
    if (!isKnown && items.length >= MOST_MIXES) throw new LockerError('too_many_mixes');
    const next = isKnown ? items.map((one) => (one.id === mix.id ? mix : one)) : [...items, mix];
    await this.#keepMixes({ current: mix.id, items: next });
  }

  /** @throws LockerError mix_not_found */
  async chooseMix(id: string): Promise<Mixes> {
    const { items } = await this.mixes();
    if (!items.some((mix) => mix.id === id)) throw new LockerError('mix_not_found');
    return this.#keepMixes({ current: id, items });
  }

  /** The last mix stays; without the chosen one, the first makes the feed. @throws LockerError mix_not_found, mix_invalid */
  async dropMix(id: string): Promise<Mixes> {
    const { current, items } = await this.mixes();
    const left = items.filter((mix) => mix.id !== id);
    const [first] = left;
    if (left.length === items.length) throw new LockerError('mix_not_found');
    if (first === undefined) throw new LockerError('mix_invalid', { detail: 'the last one' });
    return this.#keepMixes({ current: current === id ? first.id : current, items: left });
  }

  async lists(): Promise<MutedWords> {
    this.#lists ??= this.#setting(LISTS_KEY).then((value) => (value === null ? NO_LISTS : MutedWords.parse(value)));
    return this.#fresh(this.#lists, () => (this.#lists = null));
  }

  async saveLists(lists: MutedWords): Promise<void> {
    await this.#store.write('settings.set', { key: LISTS_KEY, value: lists });
    this.#lists = Promise.resolve(lists);
  }

  /** Draws what the tags of persons are mixed with, once per locker. */
  async salted(): Promise<void> {
    this.#salted ??= this.#drawSalt();
    return this.#fresh(this.#salted, () => (this.#salted = null));
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

  async #drawSalt(): Promise<void> {
    if ((await this.#setting(TAG_SALT_KEY)) !== null) return;
    const value = [randomInt(2 ** 32), randomInt(2 ** 32)];
    await this.#store.write('settings.set', { key: TAG_SALT_KEY, value });
  }

  async #readMixes(): Promise<Mixes> {
    const kept = await this.#setting(MIXES_KEY);
    if (kept !== null) return Mixes.parse(kept);
    // Before there could be several.
    const only = await this.#setting(MIX_KEY);
    const mix = only === null ? DEFAULT_MIX : Mix.parse(only);
    return { current: mix.id, items: [mix] };
  }

  async #keepMixes(mixes: Mixes): Promise<Mixes> {
    await this.#store.write('settings.set', { key: MIXES_KEY, value: mixes });
    this.#mixes = Promise.resolve(mixes);
    return mixes;
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
