import type { Mix } from '../../../protocol/owner/feed.ts';
import type { FeedHealth, Replay, ReplayRequest } from '../../../protocol/owner/replay.ts';
import { Evaluator } from '../evaluator.ts';
import { minuteOf, planOf, sceneOf, type Algorithms } from '../feed-maker.ts';
import type { LabelsInForce } from '../label-rows.ts';
import { Pipeline, type Plan } from '../pipeline.ts';
import type { PostSet } from '../post-set.ts';
import { Runner, type Sandbox } from '../runner.ts';
import type { Recipe } from '../snapshot.ts';
import type { PostViews } from '../views.ts';
import type { LooksAt } from '../windows.ts';
import type { WindowSource } from '../window-source.ts';
import { FeedWindow } from '../window.ts';
import { quietFriends } from './quiet-friends.ts';
import { replay, type ReplaySidePlan } from './replay.ts';

/** Posts that a look back starts with, and the most it takes. */
const FIRST_POSTS = 25_000;
const MOST_POSTS = 200_000;
const DAY = 24 * 3_600_000;
const NEWEST = 'Newest first';
const HEALTH = { days: 30, page: 20 } as const;

/** What a look back takes from the feed of today. */
export interface LookBackParts {
  readonly source: WindowSource;
  readonly algorithms: Algorithms;
  readonly sandbox: Sandbox;
  readonly views: PostViews;
  /** A mix that may be run; without one the saved one. */
  readonly mixToTry: (mix: Mix | undefined) => Promise<Mix>;
  /** The owner's lists, exceptions and time zone. */
  readonly recipeAt: (mix: Mix, at: number) => Promise<Recipe>;
  readonly looksAt: (mix: Mix) => Promise<LooksAt>;
  readonly labelsAt: (at: number) => Promise<LabelsInForce>;
  /** UTC milliseconds. */
  readonly now: () => number;
}

/** Feeds of days that are over, and what they say about a mix. */
export class LookBack {
  readonly #parts: LookBackParts;

  constructor(parts: LookBackParts) {
    this.#parts = parts;
  }

  async replay(request: ReplayRequest, signal: AbortSignal): Promise<Replay> {
    const { looked } = await this.#look(request, signal);
    return looked;
  }

  async health(signal: AbortSignal): Promise<FeedHealth> {
    const { looked, posts } = await this.#look(HEALTH, signal);
    return { replay: looked, quiet: quietFriends(posts, looked.to, HEALTH.days) };
  }

  async #look(
    { days, page, mix: tried, other }: ReplayRequest,
    signal: AbortSignal,
  ): Promise<{ looked: Replay; posts: PostSet }> {
    const started = performance.now();
    const { algorithms, sandbox, source, views, mixToTry } = this.#parts;
    const to = minuteOf(this.#parts.now());
    const mix = await mixToTry(tried);
    const recipe = await this.#parts.recipeAt(mix, to);
    const labels = await this.#parts.labelsAt(to);
    const planned = async (wanted: Mix, order: Recipe['order']): Promise<Plan> =>
      planOf(algorithms, { mix: wanted, order, exceptions: recipe.exceptions });
    const { among } = await this.#parts.looksAt(mix);
    const newest = { name: NEWEST, plan: await planned(mix, 'newest'), among };
    const compared = other === undefined ? null : await mixToTry(other);
    const posts = await this.#postsOf(days, to, recipe.timeZone);
    const found = await replay({
      mix: { name: mix.name, plan: await planned(mix, 'mix'), among },
      other: compared === null ? newest : await this.#side(compared, await planned(compared, 'mix')),
      newest,
      posts,
      to,
      days,
      page,
      // A memory of its own: what is kept for the feed of today is not pushed out by the past.
      pipeline: new Pipeline(new Evaluator(new Runner(sandbox), (ids) => source.texts(ids))),
      views,
      sceneAt: (some, at) => sceneOf(some, { now: minuteOf(at), lists: recipe.lists }, labels),
      signal,
    });
    return { looked: { ...found, tookMs: performance.now() - started }, posts };
  }

  async #side(mix: Mix, plan: Plan): Promise<ReplaySidePlan> {
    return { name: mix.name, plan, among: (await this.#parts.looksAt(mix)).among };
  }

  /** The newest posts, at least all of the last `days` up to a bound. */
  async #postsOf(days: number, to: number, timeZone: string): Promise<PostSet> {
    for (let maxItems = FIRST_POSTS; ; maxItems *= 2) {
      const window = new FeedWindow(this.#parts.source);
      const { posts } = await window.posts({ maxItems, maxAgeHours: null }, to, timeZone);
      const oldest = posts.f64('published')[posts.n - 1] ?? -Infinity;
      if (posts.n < maxItems || oldest < to - days * DAY || maxItems >= MOST_POSTS) return posts;
    }
  }
}
