import type { Replay, ReplayPerson, ReplayPosts } from '../../../protocol/owner/replay.ts';
import { NO_KEY, type PostSet } from '../post-set.ts';
import type { Outcome, Pipeline, Plan } from '../pipeline.ts';
import type { Scene } from '../scene.ts';
import { postsAmong } from '../among.ts';
import type { Among } from '../window-source.ts';
import { columnsAt } from '../column-values.ts';
import { rowsBy } from '../grouping.ts';
import { viewsById, type PostViews } from '../views.ts';
import { judgedBy, type Judged } from './gains.ts';
import { Side, type VisitPage } from './side.ts';
import { visitsOf, type Visit } from './visits.ts';

const DAY = 24 * 3_600_000;
/** Posts told of each kind of difference, and people of each. */
const EXAMPLES = 5;
const PEOPLE = 8;

/** One way of ordering. */
export interface ReplaySidePlan {
  readonly name: string;
  readonly plan: Plan;
  /** What it looks at; null: everything. */
  readonly among: Among | null;
}

/** What is replayed, and with what. */
export interface ReplayPlan {
  readonly mix: ReplaySidePlan;
  readonly other: ReplaySidePlan;
  readonly newest: ReplaySidePlan;
  readonly posts: PostSet;
  /** UTC milliseconds, a whole minute. */
  readonly to: number;
  readonly days: number;
  readonly page: number;
  readonly pipeline: Pipeline;
  readonly views: PostViews;
  readonly sceneAt: (posts: PostSet, at: number) => Scene;
  readonly signal: AbortSignal;
}

/** Sets of record ids that the two sides differ by. */
interface Difference {
  readonly gained: Set<number>;
  readonly missed: Set<number>;
  readonly spared: Set<number>;
  /** Posts that only the mix hides, by author key. */
  readonly hidden: Map<number, number>;
}

/**
 * Looks back: what the first page of each day would have been under a mix and under another.
 *
 * Ages are those of the day; counts of reactions and what is known of people are today's, since the past ones are not kept.
 * Quality is measured by what the owner later did, which also depends on what was on screen then (position bias).
 */
export async function replay(asked: ReplayPlan): Promise<Omit<Replay, 'tookMs'>> {
  const visits = visitsOf(asked.posts, asked.to, asked.days);
  const judged = judgedBy(columnsAt(asked.posts, asked.to));
  const sides = {
    mix: new Side(asked.mix.name, asked.mix.plan, asked.page),
    other: new Side(asked.other.name, asked.other.plan, asked.page),
    newest: new Side(asked.newest.name, asked.newest.plan, asked.page),
  };
  const difference: Difference = { gained: new Set(), missed: new Set(), spared: new Set(), hidden: new Map() };
  for (const visit of visits) {
    asked.signal.throwIfAborted();
    const part = judgedAt(asked.posts, judged, visit.posts);
    const run = async ({ plan, among }: ReplaySidePlan): Promise<Outcome> => {
      const posts = among === null ? visit.posts : postsAmong(visit.posts, among);
      return asked.pipeline.run(plan, asked.sceneAt(posts, visit.at));
    };
    const [mix, other, newest] = await Promise.all([
      run(asked.mix),
      asked.other === asked.newest ? null : run(asked.other),
      run(asked.newest),
    ]);
    const add = (side: Side, outcome: Outcome): VisitPage => {
      const { posts } = outcome.scene.columns;
      // Measured against the whole day, whatever a mix looks at: else the fewer it looks at, the better it would do.
      return side.add(outcome, posts === visit.posts ? part : judgedAt(asked.posts, judged, posts), part.gain);
    };
    const shown = add(sides.mix, mix);
    add(sides.newest, newest);
    const compared = add(sides.other, other ?? newest);
    tellApart(difference, shown, compared, (id) => authorOf(asked.posts, id));
  }
  const authors = postsByAuthor(visits);
  const people = peopleOf(asked.posts, authors, sides, difference);
  const views = (ids: ReadonlySet<number>): Promise<ReplayPosts> => postsOf(asked.views, ids);
  const [gained, missed, spared] = await Promise.all([
    views(difference.gained),
    views(difference.missed),
    views(difference.spared),
  ]);
  const total = visits.reduce((sum, { posts }) => sum + posts.n, 0);
  return {
    from: asked.to - asked.days * DAY,
    to: asked.to,
    visits: visits.length,
    posts: total,
    judged: visits.reduce(
      (sum, visit) =>
        sum + judgedAt(asked.posts, judged, visit.posts).gain.reduce((n, gain) => n + Number(gain > 0), 0),
      0,
    ),
    mix: sides.mix.summary(authors.keys()),
    other: sides.other.summary(authors.keys()),
    newest: sides.newest.summary(authors.keys()),
    gained,
    missed,
    spared,
    lifted: most(people, ({ mix, other }) => mix - other),
    sunk: most(people, ({ mix, other }) => other - mix),
    hidden: most(people, ({ hidden }) => hidden),
  };
}

function judgedAt(posts: PostSet, judged: Judged, some: PostSet): Judged {
  const rows = rowsBy(posts, 'id');
  const ids = some.f64('id');
  const pick = (values: Uint8Array): Uint8Array => Uint8Array.from(ids, (id) => values[rows.get(id) ?? -1] ?? 0);
  return { gain: pick(judged.gain), unwanted: pick(judged.unwanted) };
}

function tellApart(into: Difference, mix: VisitPage, other: VisitPage, authorOf: (id: number) => number): void {
  const onMix = new Set(mix.page);
  const onOther = new Set(other.page);
  const hiddenByMix = new Set(mix.hidden);
  const hiddenByOther = new Set(other.hidden);
  for (const id of mix.page) if (!onOther.has(id)) into.gained.add(id);
  for (const id of other.page) {
    if (hiddenByMix.has(id)) into.spared.add(id);
    else if (!onMix.has(id)) into.missed.add(id);
  }
  for (const id of hiddenByMix) {
    if (hiddenByOther.has(id)) continue;
    const author = authorOf(id);
    into.hidden.set(author, (into.hidden.get(author) ?? 0) + 1);
  }
}

function authorOf(posts: PostSet, id: number): number {
  return posts.f64('author')[rowsBy(posts, 'id').get(id) ?? -1] ?? NO_KEY;
}

/** Number of posts by author key, over all visits. */
function postsByAuthor(visits: readonly Visit[]): Map<number, number> {
  const authors = new Map<number, number>();
  for (const { posts } of visits)
    for (const key of posts.f64('author')) if (key !== NO_KEY) authors.set(key, (authors.get(key) ?? 0) + 1);
  return authors;
}

function peopleOf(
  posts: PostSet,
  authors: ReadonlyMap<number, number>,
  { mix, other }: { readonly mix: Side; readonly other: Side },
  { hidden }: Difference,
): ReplayPerson[] {
  return [...authors].flatMap(([key, many]) => {
    const author = posts.context.authors.get(key);
    if (author === undefined) return [];
    return [
      {
        uri: author.uri,
        name: author.name,
        posts: many,
        mix: mix.shownOf.get(key) ?? 0,
        other: other.shownOf.get(key) ?? 0,
        hidden: hidden.get(key) ?? 0,
        iFollow: author.iFollow,
      },
    ];
  });
}

function most(people: readonly ReplayPerson[], amount: (person: ReplayPerson) => number): ReplayPerson[] {
  return people
    .filter((person) => amount(person) > 0)
    .sort((a, b) => amount(b) - amount(a) || a.uri.localeCompare(b.uri, 'en'))
    .slice(0, PEOPLE);
}

async function postsOf(views: PostViews, ids: ReadonlySet<number>): Promise<ReplayPosts> {
  const some = [...ids].slice(-EXAMPLES);
  const found = await viewsById(views, some);
  return { count: ids.size, items: some.flatMap((id) => found.get(id) ?? []) };
}
