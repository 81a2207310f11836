import type { Feed } from '../../main/feed/index.ts';
import type { Why } from '../../protocol/owner/feed.ts';

/** What became of claims like "this lifts the post": without it the post sinks (moved), stays, or rises (against). */
export interface Tally {
  moved: number;
  still: number;
  against: number;
}

/** Claims put to the test: one per post and ranker, about the strongest contribution that has been worked out. */
export interface Faithfulness {
  readonly posts: number;
  readonly byAlgorithm: ReadonlyMap<string, Tally>;
  readonly all: Tally;
  /** Of the one claim that is told in the sentence, per post. */
  readonly told: Tally;
}

type Direction = keyof Tally;

function directionOf(rank: number, value: number, rankWithout: number): Direction {
  const moved = Math.sign(rankWithout - rank) * Math.sign(value);
  return moved > 0 ? 'moved' : moved === 0 ? 'still' : 'against';
}

/** The claim of the sentence: the contribution whose absence moves the post the furthest. */
function toldBy({ rank, shares }: Why): Direction | null {
  if (rank === null) return null;
  let furthest: { value: number; rankWithout: number } | null = null;
  for (const { contributions } of shares) {
    for (const { value, rankWithout } of contributions) {
      if (rankWithout === null) continue;
      if (Math.abs(rankWithout - rank) > Math.abs((furthest?.rankWithout ?? rank) - rank))
        furthest = { value, rankWithout };
    }
  }
  return furthest === null ? null : directionOf(rank, furthest.value, furthest.rankWithout);
}

function none(): Tally {
  return { moved: 0, still: 0, against: 0 };
}

/** Counts for each explanation whether its counterfactuals went where it says. */
export function faithfulnessOf(explanations: readonly Why[]): Faithfulness {
  const byAlgorithm = new Map<string, Tally>();
  const all = none();
  const told = none();
  for (const why of explanations) {
    const { rank, shares } = why;
    if (rank === null) continue;
    for (const { algorithm, contributions } of shares) {
      const strongest = contributions.find(({ rankWithout }) => rankWithout !== null);
      if (strongest?.rankWithout === undefined || strongest.rankWithout === null) continue;
      const direction = directionOf(rank, strongest.value, strongest.rankWithout);
      const tally = byAlgorithm.get(algorithm) ?? none();
      byAlgorithm.set(algorithm, tally);
      tally[direction]++;
      all[direction]++;
    }
    const direction = toldBy(why);
    if (direction !== null) told[direction]++;
  }
  return { posts: explanations.length, byAlgorithm, all, told };
}

/** Share of claims that held; a claim whose post stays where it is has not. */
export function held({ moved, still, against }: Tally): number {
  return moved / (moved + still + against);
}

export function faithfulnessText(title: string, { posts, byAlgorithm, all, told }: Faithfulness): string {
  const of = (tally: Tally): string =>
    `${tally.moved} of ${tally.moved + tally.still + tally.against} (${tally.still} still, ${tally.against} against)`;
  const each = [...byAlgorithm].map(([algorithm, tally]) => `${algorithm.replace('org.datalocker.', '')} ${of(tally)}`);
  return `${title}, ${posts} posts: ${of(all)}; told ${of(told)}; ${each.join('; ')}`;
}

/** Explanations of posts spread evenly over a feed. */
export async function explainSample(feed: Feed, feedId: string, shown: number, sampled: number): Promise<Why[]> {
  const count = Math.min(shown, sampled);
  const ids: string[] = [];
  for (let at = 0; at < count; at++) {
    const offset = Math.floor((at * shown) / count);
    const { items } = await feed.feedPage(feedId, { offset, limit: 1 });
    for (const { post } of items) ids.push(post.id);
  }
  return explainAll(feed, feedId, ids);
}

/** Explanations in the order of the ids; a few at a time, as a screen would ask. */
export async function explainAll(feed: Feed, feedId: string, ids: readonly string[]): Promise<Why[]> {
  const whys: Why[] = [];
  const entries = ids.entries();
  async function work(): Promise<void> {
    for (const [place, id] of entries) whys[place] = await feed.feedWhy(feedId, id);
  }
  await Promise.all([work(), work(), work()]);
  return whys;
}
