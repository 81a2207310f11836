import type { FeedNotice, Mix } from '../../../protocol/owner/feed.ts';
import type { ReplaySide } from '../../../protocol/owner/replay.ts';
import { noticeOf } from '../feed-maker.ts';
import { NO_KEY } from '../post-set.ts';
import type { Outcome, Plan } from '../pipeline.ts';
import { hiddenRows } from '../visible.ts';
import { gini, meanOf, ndcg, shareOf } from './estimate.ts';
import type { Judged } from './gains.ts';

/** What one way of ordering did on one visit: record ids. */
export interface VisitPage {
  readonly page: readonly number[];
  readonly hidden: readonly number[];
}

/** Adds up what one way of ordering shows and hides over the visits. */
export class Side {
  readonly #name: string;
  readonly #length: number;
  readonly #mix: Mix;
  readonly #notices = new Map<string, FeedNotice>();
  readonly #ndcg: number[] = [];
  readonly #sources = new Set<number>();
  /** Places on first pages by author key. */
  readonly shownOf = new Map<number, number>();
  readonly hiddenOf = new Map<number, number>();
  #shown = 0;
  #hidden = 0;
  #acted = 0;
  #unwanted = 0;

  /** @param length posts of a first page */
  constructor(name: string, plan: Plan, length: number) {
    this.#name = name;
    this.#mix = plan.mix;
    this.#length = length;
  }

  /** @param all gains of all posts of the day, which the best possible page is made of */
  add(outcome: Outcome, { gain, unwanted }: Judged, all: Uint8Array): VisitPage {
    const { posts } = outcome.scene.columns;
    const page = outcome.order.subarray(0, this.#length);
    const hidden = hiddenRows(outcome.effects);
    const author = posts.f64('author');
    const source = posts.u32('source');
    for (const row of page) {
      count(this.shownOf, author[row] ?? NO_KEY);
      this.#sources.add(source[row] ?? NaN);
      if ((gain[row] ?? 0) > 0) this.#acted++;
      if (unwanted[row] === 1) this.#unwanted++;
    }
    for (const row of hidden) count(this.hiddenOf, author[row] ?? NO_KEY);
    this.#shown += page.length;
    this.#hidden += hidden.length;
    const quality = ndcg(
      Array.from(outcome.order.subarray(0, this.#length), (row) => gain[row] ?? 0),
      Array.from(all),
      this.#length,
    );
    if (quality !== null) this.#ndcg.push(quality);
    for (const failure of outcome.failures) {
      const notice = noticeOf(this.#mix, failure);
      this.#notices.set(`${notice.entry} ${notice.problem}`, notice);
    }
    const id = posts.f64('id');
    const ids = (rows: Uint32Array): number[] => Array.from(rows, (row) => id[row] ?? NaN);
    return { page: ids(page), hidden: ids(hidden) };
  }

  /** @param authors keys of all who wrote in the period: those who are never shown count as well */
  summary(authors: Iterable<number>): ReplaySide {
    const places = Array.from(authors, (key) => this.shownOf.get(key) ?? 0);
    return {
      name: this.#name,
      shown: this.#shown,
      hidden: this.#hidden,
      authors: places.filter((many) => many > 0).length,
      gini: gini(places),
      sources: this.#sources.size,
      ndcg: meanOf(this.#ndcg),
      acted: shareOf(this.#acted, this.#shown),
      unwanted: shareOf(this.#unwanted, this.#shown),
      notices: [...this.#notices.values()],
    };
  }
}

function count(into: Map<number, number>, key: number): void {
  if (key !== NO_KEY) into.set(key, (into.get(key) ?? 0) + 1);
}
