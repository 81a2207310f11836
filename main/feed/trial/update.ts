import { LockerError } from '../../../protocol/errors.ts';
import type { Mix, MixEntry } from '../../../protocol/owner/feed.ts';
import type { HiddenPerson, TrialPerson, UpdateComparison } from '../../../protocol/owner/trial.ts';
import { planOf, type Algorithms } from '../feed-maker.ts';
import { takenOf, textOf, type LoadedAlgorithm } from '../member.ts';
import type { Outcome, Pipeline, Plan } from '../pipeline.ts';
import { NO_KEY, type PostSet } from '../post-set.ts';
import type { Scene } from '../scene.ts';
import type { Recipe } from '../snapshot.ts';
import type { PostViews } from '../views.ts';
import { hiddenRows } from '../visible.ts';
import { turnedPairs } from './churn.ts';
import { examplesOf, most } from './told.ts';

/** Places that an owner sees first. */
const PAGE = 20;
/** Somebody with fewer posts is moved by chance. */
const FEWEST_POSTS = 3;

export interface UpdateParts {
  readonly algorithms: Algorithms;
  readonly pipeline: Pipeline;
  readonly views: PostViews;
  /** The mix that is used now. */
  readonly mix: Mix;
  readonly exceptions: Recipe['exceptions'];
  readonly scene: Scene;
  readonly signal: AbortSignal;
}

/** Runs the installed version and another over the same posts: in the owner's mix where it counts there, alone elsewhere. */
export async function updateComparison(
  parts: UpdateParts,
  installed: Pick<LoadedAlgorithm, 'manifest'>,
  next: LoadedAlgorithm,
): Promise<Omit<UpdateComparison, 'tookMs'>> {
  const { algorithms, exceptions, mix: used, pipeline, scene, signal, views } = parts;
  const { id } = next.manifest;
  const own = used.entries.filter(({ algorithm }) => algorithm === id);
  const counts = own.some((entry) => entry.enabled && (next.manifest.kind !== 'ranker' || entry.weight > 0));
  const mix = counts ? used : alone(used, id, own[0]);
  const updated: Algorithms = {
    ...algorithms,
    load: async (wanted) => (wanted === id ? { ...next, suspendedUntil: null } : algorithms.load(wanted)),
  };
  const plans = await Promise.all([algorithms, updated].map((some) => planOf(some, { mix, order: 'mix', exceptions })));
  const [before, after] = await Promise.all(plans.map((plan) => pipeline.run(plan, scene)));
  if (before === undefined || after === undefined) throw new LockerError('internal');
  signal.throwIfAborted();
  const { posts } = scene.columns;
  const [wasHidden, isHidden] = [new Set(hiddenRows(before.effects)), new Set(hiddenRows(after.effects))];
  const hidden = [...isHidden].filter((row) => !wasHidden.has(row));
  const freed = [...wasHidden].filter((row) => !isHidden.has(row));
  const [oldPage, newPage] = [firstPage(before), firstPage(after)];
  const came = newPage.filter((row) => !oldPage.includes(row));
  const left = oldPage.filter((row) => !newPage.includes(row));
  const moved = movedPeople(posts, before, after);
  const told = async (rows: readonly number[]): ReturnType<typeof examplesOf> => examplesOf(views, posts, rows);
  return {
    from: installed.manifest.version,
    to: next.manifest.version,
    mix: counts ? mix.name : null,
    posts: posts.n,
    problems: { from: problemOf(id, mix, before), to: problemOf(id, mix, after) },
    lostSettings: lostSettings(installed, next, own),
    page: Math.max(oldPage.length, newPage.length),
    stayed: newPage.length - came.length,
    came: await told(came),
    left: await told(left),
    turned: turnedPairs(before.order, after.order),
    remarked: remarked(before, after),
    hidden: await told(hidden),
    freed: await told(freed),
    hiddenPeople: most(peopleOf(posts, hidden, isHidden), amount),
    freedPeople: most(peopleOf(posts, freed, wasHidden), amount),
    lifted: most(moved, ({ places }) => places),
    sunk: most(moved, ({ places }) => -places),
  };
}

/** A mix of this algorithm and nothing else, over the same window. */
function alone(mix: Mix, algorithm: string, known: MixEntry | undefined): Mix {
  const settings = known?.settings ?? {};
  return { ...mix, blend: 'rank', entries: [{ entry: 'alone', algorithm, enabled: true, weight: 1, settings }] };
}

function firstPage({ order }: Outcome): number[] {
  return Array.from(order.subarray(0, PAGE));
}

function problemOf(id: string, { entries }: Plan['mix'], { failures }: Outcome): UpdateComparison['problems']['to'] {
  return failures.find(({ place }) => entries[place]?.algorithm === id)?.problem ?? null;
}

/** Settings the owner chose that the next version doesn't have, or not with this value. */
function lostSettings(
  installed: Pick<LoadedAlgorithm, 'manifest'>,
  next: LoadedAlgorithm,
  own: readonly MixEntry[],
): string[] {
  const lost = new Set<string>();
  for (const { settings } of own) {
    const taken = takenOf(next.manifest, settings);
    for (const key of Object.keys(settings).filter((one) => !(one in taken))) {
      const setting = installed.manifest.settings.find((one) => one.key === key);
      lost.add(setting === undefined ? key : textOf(setting.label));
    }
  }
  return [...lost];
}

/** Posts that both show and mark otherwise. */
function remarked(before: Outcome, after: Outcome): number {
  const shown = new Set(before.order);
  let count = 0;
  for (const row of after.order)
    if (shown.has(row) && before.effects.severity[row] !== after.effects.severity[row]) count++;
  return count;
}

const amount = ({ posts }: HiddenPerson): number => posts;

/** Who wrote these rows; `entirely`: with all that is hidden, nothing of theirs is left. */
function peopleOf(posts: PostSet, rows: readonly number[], hidden: ReadonlySet<number>): HiddenPerson[] {
  const author = posts.f64('author');
  const counts = new Map<number, number>();
  for (const row of rows) {
    const key = author[row] ?? NO_KEY;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const seen = new Set<number>();
  author.forEach((key, row) => {
    if (!hidden.has(row)) seen.add(key);
  });
  return [...counts].flatMap(([key, count]) => {
    const known = key === NO_KEY ? undefined : posts.context.authors.get(key);
    return known === undefined ? [] : [{ uri: known.uri, name: known.name, posts: count, entirely: !seen.has(key) }];
  });
}

/** Mean places up, among the posts that both versions show, of those with a few of them: what is hidden lifts nobody. */
function movedPeople(posts: PostSet, before: Outcome, after: Outcome): TrialPerson[] {
  const shown = new Set(after.order);
  const shared = before.order.filter((row) => shown.has(row));
  const place = new Map(Array.from(shared, (row, at) => [row, at] as const));
  const author = posts.f64('author');
  const sums = new Map<number, { posts: number; places: number }>();
  const others = after.order.filter((row) => place.has(row));
  others.forEach((row, at) => {
    const was = place.get(row);
    const key = author[row] ?? NO_KEY;
    if (was === undefined || key === NO_KEY) return;
    const sum = sums.get(key) ?? { posts: 0, places: 0 };
    sums.set(key, { posts: sum.posts + 1, places: sum.places + was - at });
  });
  return [...sums].flatMap(([key, sum]) => {
    const known = posts.context.authors.get(key);
    if (known === undefined || sum.posts < FEWEST_POSTS) return [];
    return [{ uri: known.uri, name: known.name, posts: sum.posts, places: sum.places / sum.posts }];
  });
}
