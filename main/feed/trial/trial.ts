import type { Trial, TrialPerson } from '../../../protocol/owner/trial.ts';
import { HIDE } from '../decision.ts';
import type { Evaluator } from '../evaluator.ts';
import type { Member } from '../member.ts';
import { NO_KEY, type PostSet } from '../post-set.ts';
import { columnsAt } from '../column-values.ts';
import { ARRANGE_LIMIT } from '../arrange.ts';
import { withinWindow, type Scene } from '../scene.ts';
import type { PostViews } from '../views.ts';
import { factsOf } from './facts.ts';
import { standingOf, type Standing } from './standing.ts';
import { examplesOf, most } from './told.ts';

/** Posts that are told as the first. */
const TOP = 8;
/** Somebody with fewer posts is moved by chance. */
const FEWEST_POSTS = 3;

/** What an algorithm does by itself with the posts of a scene, and which small changes move a post. */
export async function trialOf(
  evaluator: Evaluator,
  member: Member,
  scene: Scene,
  views: PostViews,
  wanted: { readonly facts: boolean; readonly signal: AbortSignal },
): Promise<Omit<Trial, 'tookMs'>> {
  const { window, kind } = member.algorithm.manifest;
  const limit = kind === 'reranker' ? Math.min(window.maxItems ?? ARRANGE_LIMIT, ARRANGE_LIMIT) : window.maxItems;
  const posts = withinWindow(scene.columns.posts, scene.now, { ...window, maxItems: limit });
  const columns = columnsAt(posts, scene.now);
  const ran = await standingOf(evaluator, member, columns, scene);
  if (!ran.ok) return { ...NOTHING, posts: posts.n, failure: ran.reason };
  const { place, severity, unscored } = ran.value;
  const rows = Array.from({ length: posts.n }, (_, row) => row);
  const hidden = rows.filter((row) => severity[row] === HIDE);
  const top = kind === 'blocker' ? [] : rows.toSorted((a, b) => (place[a] ?? 0) - (place[b] ?? 0)).slice(0, TOP);
  const people = peopleOf(posts, ran.value);
  return {
    posts: posts.n,
    failure: null,
    unscored,
    marked: rows.filter((row) => (severity[row] ?? -1) >= 0 && severity[row] !== HIDE).length,
    hidden: await examplesOf(views, posts, hidden),
    top: await examplesOf(views, posts, top, kind === 'blocker' ? 0 : posts.n),
    lifted: most(people.moved, ({ places }) => places),
    sunk: most(people.moved, ({ places }) => -places),
    hiddenPeople: most(people.hidden, (person) => person.posts),
    facts: wanted.facts ? await factsOf(evaluator, member, columns, scene, ran.value, wanted.signal) : [],
  };
}

const NOTHING: Omit<Trial, 'tookMs' | 'posts' | 'failure'> = {
  unscored: 0,
  marked: 0,
  hidden: { count: 0, items: [] },
  top: { count: 0, items: [] },
  lifted: [],
  sunk: [],
  hiddenPeople: [],
  facts: [],
};

/** Mean places up against the order of time, and hidden posts, by author. */
function peopleOf(posts: PostSet, { place, severity }: Standing): { moved: TrialPerson[]; hidden: TrialPerson[] } {
  const sums = new Map<number, { posts: number; places: number; hidden: number }>();
  const author = posts.f64('author');
  for (let row = 0; row < posts.n; row++) {
    const key = author[row] ?? NO_KEY;
    if (key === NO_KEY) continue;
    const sum = sums.get(key) ?? { posts: 0, places: 0, hidden: 0 };
    sums.set(key, sum);
    sum.posts++;
    sum.places += row - (place[row] ?? row);
    if (severity[row] === HIDE) sum.hidden++;
  }
  const named = [...sums].flatMap(([key, sum]) => {
    const known = posts.context.authors.get(key);
    return known === undefined ? [] : [{ uri: known.uri, name: known.name, sum }];
  });
  return {
    moved: named
      .filter(({ sum }) => sum.posts >= FEWEST_POSTS)
      .map(({ uri, name, sum }) => ({ uri, name, posts: sum.posts, places: sum.places / sum.posts })),
    hidden: named.map(({ uri, name, sum }) => ({ uri, name, posts: sum.hidden, places: 0 })),
  };
}
