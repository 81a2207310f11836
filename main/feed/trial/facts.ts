import type { Fact } from '../../../protocol/owner/trial.ts';
import type { ColumnSource } from '../column-values.ts';
import type { Evaluator } from '../evaluator.ts';
import type { Member } from '../member.ts';
import type { Scene } from '../scene.ts';
import { withAuthorsRenumbered, withOneMoreLike, withTenfoldFollowers } from './changed-columns.ts';
import { standingOf, type Standing } from './standing.ts';

/** Posts that are changed one by one for each fact. */
const TRIED = 12;

/** What moves when one thing is changed and nothing else. Posts are taken evenly from the window. */
export async function factsOf(
  evaluator: Evaluator,
  member: Member,
  columns: ColumnSource,
  scene: Scene,
  whole: Standing,
  signal: AbortSignal,
): Promise<Fact[]> {
  const { post, author } = member.algorithm.manifest.needs;
  const one = async (fact: Fact['fact'], change: (row: number) => ColumnSource | null): Promise<Fact> => {
    const moves: Move[] = [];
    for (const row of sampled(columns.posts.n, (candidate) => change(candidate) !== null)) {
      signal.throwIfAborted();
      const changed = change(row);
      const ran = changed === null ? null : await standingOf(evaluator, member, changed, scene);
      if (ran?.ok === true) moves.push(moveOf(whole, ran.value, row));
    }
    return factFrom(fact, member, moves);
  };
  const unread = (fact: Fact['fact']): Fact => ({
    fact,
    reads: false,
    tried: 0,
    moved: 0,
    middle: null,
    farthest: null,
  });
  return [
    author.includes('followers')
      ? await one('followers', (row) => withTenfoldFollowers(columns, row))
      : unread('followers'),
    post.includes('likes') ? await one('like', (row) => withOneMoreLike(columns, row)) : unread('like'),
    post.includes('authorIdx') || author.length > 0
      ? await renamed(evaluator, member, columns, scene, whole)
      : unread('renamed'),
  ];
}

/** All authors get other numbers at once, and every post is looked at. */
async function renamed(
  evaluator: Evaluator,
  member: Member,
  columns: ColumnSource,
  scene: Scene,
  whole: Standing,
): Promise<Fact> {
  const changed = withAuthorsRenumbered(columns, member.algorithm.manifest.needs.author);
  const ran = await standingOf(evaluator, member, changed, scene);
  const moves = ran.ok ? Array.from({ length: columns.posts.n }, (_, row) => moveOf(whole, ran.value, row)) : [];
  return factFrom('renamed', member, moves);
}

interface Move {
  /** Places up. */
  readonly places: number;
  readonly remarked: boolean;
}

function moveOf(before: Standing, after: Standing, row: number): Move {
  return {
    places: (before.place[row] ?? 0) - (after.place[row] ?? 0),
    remarked: before.severity[row] !== after.severity[row],
  };
}

function factFrom(fact: Fact['fact'], member: Member, moves: readonly Move[]): Fact {
  const places = moves.map((move) => move.places).sort((a, b) => a - b);
  const marks = member.algorithm.manifest.kind === 'blocker' || moves.length === 0;
  return {
    fact,
    reads: true,
    tried: moves.length,
    moved: moves.filter((move) => move.remarked || move.places !== 0).length,
    middle: marks ? null : (places[(places.length - 1) >> 1] ?? null),
    farthest: marks ? null : places.reduce((far, move) => (Math.abs(move) > Math.abs(far) ? move : far), 0),
  };
}

/** Rows spread evenly over those that can be changed. */
function sampled(n: number, can: (row: number) => boolean): number[] {
  const rows: number[] = [];
  const step = Math.max(1, Math.floor(n / (4 * TRIED)));
  for (let row = 0; row < n; row += step) if (can(row)) rows.push(row);
  const tried = Math.min(TRIED, rows.length);
  return Array.from({ length: tried }, (_, at) => rows[Math.floor((at * rows.length) / tried)] ?? 0);
}
