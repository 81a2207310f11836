import type { RecordId } from '../../protocol/brand.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import { recordId, type PostViews } from './views.ts';

/** More than a page: rerankers move posts up from below it. */
const TIMES = 1.25;

/** Views of the posts that will be on the first page unless a reranker moves them away, read while the rerankers work. */
export class ViewsAhead implements PostViews {
  readonly #views: PostViews;
  readonly #count: number;
  #read: Promise<ReadonlyMap<string, PostView>> | null = null;

  constructor(views: PostViews, limit: number) {
    this.#views = views;
    this.#count = Math.ceil(limit * TIMES);
  }

  /** Begins to read the first posts of an order; `ids` are the record ids by row. */
  begin(ids: Float64Array, order: Uint32Array): void {
    const first = Array.from(order.subarray(0, this.#count), (row) => recordId(ids[row] ?? NaN));
    if (first.length === 0) return;
    this.#read = this.#views.postViews(first).then((found) => new Map(found.map((view) => [view.id, view])));
    // Whoever asks for the page learns of it.
    this.#read.catch(() => undefined);
  }

  async postViews(ids: readonly RecordId[]): Promise<PostView[]> {
    const known = (await this.#read) ?? new Map<string, PostView>();
    const missing = ids.filter((id) => !known.has(id));
    const others = missing.length === 0 ? [] : await this.#views.postViews(missing);
    const byId = new Map([...known, ...others.map((view): [string, PostView] => [view.id, view])]);
    return ids.flatMap((id) => byId.get(id) ?? []);
  }
}
