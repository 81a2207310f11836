import { ROUTES } from '../../protocol/owner/routes.ts';
import type { AlgorithmCard, Mix } from '../../protocol/owner/feed.ts';
import type { Client } from '../api/client.ts';
import { sameMix } from './mix.ts';

/** The saved mix, the one being tried, and the installed algorithms. */
export class MixState {
  saved = $state.raw<Mix | null>(null);
  draft = $state.raw<Mix | null>(null);
  cards = $state.raw<readonly AlgorithmCard[]>([]);
  /** Something is tried that is not kept yet. */
  readonly trying = $derived(this.saved !== null && this.draft !== null && !sameMix(this.saved, this.draft));
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<void> {
    const [mix, cards] = await Promise.all([
      this.#client.call(ROUTES.getMix, {}),
      this.#client.call(ROUTES.algorithms, {}),
    ]);
    this.cards = cards.items;
    this.draft = this.trying ? this.draft : mix;
    this.saved = mix;
  }

  change(edit: (mix: Mix) => Mix): void {
    if (this.draft !== null) this.draft = edit(this.draft);
  }

  async keep(): Promise<void> {
    if (this.draft === null) return;
    const kept = await this.#client.call(ROUTES.saveMix, { body: this.draft });
    this.saved = kept;
    this.draft = kept;
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
    this.cards = [];
  }

  putBack(): void {
    this.draft = this.saved;
  }
}
