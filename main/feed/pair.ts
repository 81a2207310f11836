import type { Needs } from '../../protocol/manifest.ts';
import type { ComparisonPair } from '../../protocol/owner/learning.ts';
import type { ColumnSource } from './column-values.ts';
import { readPair } from './comparison-batch.ts';
import { rowsBy } from './grouping.ts';
import { teaching } from './informative.ts';
import { viewsById, type PostViews } from './views.ts';

/** Posts from the top of the feed that are asked about. */
const ASKED_FROM = 400;
/** Pairs that are drawn by lot, of which the one is asked that would teach the most. */
const DRAWN = 80;

/** What a pair is chosen from. */
export interface PairChoice {
  readonly columns: ColumnSource;
  /** Ids of the posts that the feed shows, first shown first. */
  readonly shown: Float64Array;
  /** The owner's answers, oldest first. */
  readonly answered: readonly { readonly better: number; readonly worse: number; readonly facts: string }[];
  /** What those need that learn from comparisons. */
  readonly needs: readonly Needs[];
  readonly without: ReadonlySet<number>;
  /** One of the two, where the owner picked it. */
  readonly about: number | null;
  readonly draw: (below: number) => number;
}

/**
 * Two posts by different people: of those drawn by lot, the two whose answer says the most that earlier answers don't.
 * Posts that nobody was asked about yet come first. Null: there are no two to ask about.
 */
export async function pairOf(choice: PairChoice, views: PostViews): Promise<ComparisonPair['pair']> {
  const { columns, answered, needs } = choice;
  const rowOf = rowsBy(columns.posts, 'id');
  const author = columns.posts.f64('author');
  const row = (id: number): number => rowOf.get(id) ?? -1;
  const pairs = drawnPairs(choice, row, (one, other) => author[row(one)] === author[row(other)]);
  const rows = [...new Set(pairs.flat().map(row))];
  const teaches = teaching(
    columns,
    rows,
    needs,
    answered.map(({ facts }) => readPair(facts)),
  );
  const best = pairs
    .map((pair) => ({ pair, worth: teaches(row(pair[0]), row(pair[1])) }))
    .toSorted((a, b) => b.worth - a.worth);
  for (const { pair } of best) {
    const found = await viewsById(views, [...pair]);
    const [left, right] = [found.get(pair[0]), found.get(pair[1])];
    if (left !== undefined && right !== undefined) return [left, right];
  }
  return null;
}

function drawnPairs(
  { columns, shown, answered, without, about, draw }: PairChoice,
  row: (id: number) => number,
  sameAuthor: (one: number, other: number) => boolean,
): [number, number][] {
  const { posts } = columns;
  const [mine, isBoost, chars, media] = [
    posts.u8('mine'),
    posts.u8('isBoost'),
    posts.u32('chars'),
    posts.u32('mediaCount'),
  ];
  const candidates = Array.from(shown.subarray(0, ASKED_FROM)).filter((id) => {
    const at = row(id);
    const saysSomething = (chars[at] ?? 0) > 0 || (media[at] ?? 0) > 0;
    return mine[at] === 0 && isBoost[at] === 0 && saysSomething && !without.has(id);
  });
  const asked = new Set(answered.flatMap(({ better, worse }) => [better, worse]));
  const known = new Set(answered.flatMap(({ better, worse }) => [`${better} ${worse}`, `${worse} ${better}`]));
  const fresh = candidates.filter((id) => !asked.has(id));
  const drawn: [number, number][] = [];
  // Not a post of the window that is ranked: nothing is known of it.
  if (about !== null && row(about) < 0) return drawn;
  for (const from of [fresh, candidates]) {
    for (let time = 0; from.length >= 2 && time < 2 * DRAWN && drawn.length < DRAWN; time++) {
      const one = about ?? from[draw(from.length)] ?? 0;
      const other = from[draw(from.length)] ?? 0;
      if (!sameAuthor(one, other) && !known.has(`${one} ${other}`)) drawn.push([one, other]);
    }
    if (drawn.length > 0) break;
  }
  return drawn;
}
