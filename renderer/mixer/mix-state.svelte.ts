import { ROUTES } from '../../protocol/owner/routes.ts';
import type { AlgorithmCard, Mix, Mixes } from '../../protocol/owner/feed.ts';
import type { Client } from '../api/client.ts';
import { sameMix, withMix } from './mix.ts';

/** The saved mix, the one being tried, and the installed algorithms. */
export class MixState {
  saved = $state.raw<Mix | null>(null);
  draft = $state.raw<Mix | null>(null);
  /** All the owner's mixes; the saved one is among them. */
  mixes = $state.raw<readonly Mix[]>([]);
  cards = $state.raw<readonly AlgorithmCard[]>([]);
  /** Columns in which anything is known; null: not asked yet. */
  known = $state.raw<ReadonlySet<string> | null>(null);
  /** Something is tried that is not kept yet. */
  readonly trying = $derived(this.saved !== null && this.draft !== null && !sameMix(this.saved, this.draft));
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const [mixes, cards] = await Promise.all([
      this.#client.call(ROUTES.mixes, {}),
      this.#client.call(ROUTES.algorithms, {}),
    ]);
    this.cards = cards.items;
    this.#take(mixes, this.trying);
  }

  /** Asks which columns hold anything: settings about the others change nothing. */
  async lookAtColumns(): Promise<void> {
    const { columns } = await this.#client.call(ROUTES.columnsKnown, {});
    this.known = new Set(columns);
  }

  change(edit: (mix: Mix) => Mix): void {
    if (this.draft !== null) this.draft = edit(this.draft);
  }

  async keep(): Promise<void> {
    if (this.draft === null) return;
    const kept = await this.#client.call(ROUTES.saveMix, { body: this.draft });
    this.#take({ current: kept.id, items: withMix(this.mixes, kept) }, false);
  }

  /** Makes feeds with another of the owner's mixes; what was tried and not kept is lost. */
  async choose(id: string): Promise<void> {
    this.#take(await this.#client.call(ROUTES.chooseMix, { body: { id } }), false);
  }

  /** Keeps a mix of its own, and makes feeds with it. */
  async add(mix: Mix): Promise<void> {
    const kept = await this.#client.call(ROUTES.saveMix, { body: mix });
    this.#take({ current: kept.id, items: withMix(this.mixes, kept) }, false);
  }

  async drop(id: string): Promise<void> {
    this.#take(await this.#client.call(ROUTES.dropMix, { params: { id } }), false);
  }

  #take({ current, items }: Mixes, keepsDraft: boolean): void {
    const mix = items.find(({ id }) => id === current) ?? null;
    this.mixes = items;
    this.draft = keepsDraft ? this.draft : mix;
    this.saved = mix;
  }

  /** Changes the mix and keeps it at once, as the algorithms screen does. */
  async changeAndKeep(edit: (mix: Mix) => Mix): Promise<void> {
    const before = this.draft;
    this.change(edit);
    try {
      await this.keep();
    } catch (error) {
      this.draft = before;
      throw error;
    }
  }

  /** Nothing of the mix stays in the page. */
  forget(): void {
    this.saved = null;
    this.draft = null;
    this.mixes = [];
    this.cards = [];
    this.known = null;
  }

  putBack(): void {
    this.draft = this.saved;
  }
}
