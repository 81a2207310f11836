import type { Cause, Move } from '../../protocol/owner/feed.ts';
import { HIDE } from './decision.ts';
import { rowsBy } from './grouping.ts';
import { textOf, type Member } from './member.ts';
import { ESTIMATED_RANK } from './mid-rank.ts';
import type { Slice } from './pages.ts';
import type { Outcome } from './pipeline.ts';
import { totalWeight } from './blend.ts';
import type { KeptFeed } from './snapshot-keeper.ts';
import { placeAmong } from './visible.ts';

type By = NonNullable<Move['by']>;

/** Changes of an effect below this are none. */
const LEAST = 1e-9;
/** Part of the largest change from which another one is about as large. */
const ABOUT = 0.9;

/**
 * Posts of a page, and those that left it, that stand elsewhere than in another feed, with what moved them: looked up in the
 * rows behind both feeds, so nothing is run.
 */
export function movesOf(now: KeptFeed, before: KeptFeed, { offset, limit }: Slice): Move[] {
  const page = (feed: KeptFeed): Float64Array => feed.snapshot.shown.subarray(offset, offset + limit);
  const ids = new Set([...page(now), ...page(before)]);
  const to = placesIn(now.snapshot.shown, ids);
  const from = placesIn(before.snapshot.shown, ids);
  const stands = { now: standingsOf(now, ids), before: standingsOf(before, ids) };
  return Array.from(ids, (id): Move => {
    const was = from.get(id) ?? null;
    const is = to.get(id) ?? null;
    const move = { record: String(id), from: was === null ? null : was + 1, to: is === null ? null : is + 1 };
    if (is === null) return { ...move, by: hider(now.snapshot.marks.of(id), 'hides') };
    if (was === null) return { ...move, by: hider(before.snapshot.marks.of(id), 'shows') };
    return { ...move, by: mover(stands.before.get(id), stands.now.get(id), was - is) };
  }).filter((move) => move.from !== move.to);
}

function hider(causes: readonly Cause[], how: 'hides' | 'shows'): By | null {
  const cause = causes.find(({ severity }) => severity === HIDE);
  return cause === undefined ? null : { entry: cause.entry, name: cause.name, how };
}

/** What one entry of the mix does to a post. */
interface Effect {
  readonly member: Member;
  /** Part of the blend, above or below the middle; for a reranker, places gained. */
  readonly amount: number;
}

interface Standing {
  readonly blended: ReadonlyMap<string, Effect>;
  /** Place before the first reranker. */
  readonly blendPlace: number;
  readonly arranged: ReadonlyMap<string, Effect>;
}

/** @param gained places, below 0: lost */
function mover(before: Standing | undefined, now: Standing | undefined, gained: number): By | null {
  if (before === undefined || now === undefined || gained === 0) return null;
  const blended = before.blendPlace - now.blendPlace;
  // Where the order of the rankers does not tell of half of the way, it is the rearranging.
  const rearranged = Math.abs(gained - blended) > Math.abs(blended);
  const found = largest(
    rearranged ? before.arranged : before.blended,
    rearranged ? now.arranged : now.blended,
    Math.sign(gained),
  );
  if (found === null) return null;
  const { member, amount } = found;
  const how = rearranged
    ? 'arranges'
    : gained > 0
      ? amount > 0
        ? 'lifts'
        : 'sinksLess'
      : amount < 0
        ? 'sinks'
        : 'liftsLess';
  return { entry: member.entry.entry, name: textOf(member.algorithm.manifest.name), how };
}

/**
 * The entry whose effect changed most in a direction, with its effect now. What one ranker gains of the blend others lose:
 * of those that changed about as much, the one that pulls that way now says it better than the one that pulls less.
 */
function largest(
  before: ReadonlyMap<string, Effect>,
  now: ReadonlyMap<string, Effect>,
  direction: number,
): Effect | null {
  const changes = [...new Set([...before.keys(), ...now.keys()])].flatMap((entry) => {
    const was = before.get(entry);
    const is = now.get(entry);
    const member = (is ?? was)?.member;
    const amount = is?.amount ?? 0;
    return member === undefined ? [] : [{ member, amount, changed: (amount - (was?.amount ?? 0)) * direction }];
  });
  const most = Math.max(LEAST, ...changes.map(({ changed }) => changed));
  const [found] = changes
    .filter(({ changed }) => changed >= most * ABOUT)
    .sort((a, b) => (b.amount - a.amount) * direction || b.changed - a.changed);
  return found ?? null;
}

/** How posts came to their places; none where a feed's rows are gone. */
function standingsOf({ working }: KeptFeed, ids: ReadonlySet<number>): ReadonlyMap<number, Standing> {
  if (working === null) return new Map();
  const { outcome } = working;
  const rowOf = rowsBy(outcome.scene.columns.posts, 'id');
  const rows = new Map(
    [...ids].flatMap((id): [number, number][] => {
      const row = rowOf.get(id);
      return row === undefined ? [] : [[row, id]];
    }),
  );
  const wanted = new Set(rows.keys());
  const start = placesIn(outcome.arranged[0]?.before ?? outcome.order, wanted);
  const steps = outcome.arranged.map(({ member, before, after }) => ({
    member,
    before: placesIn(before, wanted),
    after: placesIn(after, wanted),
  }));
  const made = new Map<number, Standing>();
  for (const [row, id] of rows) {
    const place = start.get(row);
    if (place === undefined) continue;
    const arranged = steps.map(({ member, before, after }): [string, Effect] => [
      member.entry.entry,
      { member, amount: (before.get(row) ?? 0) - (after.get(row) ?? 0) },
    ]);
    made.set(id, { blended: blendedOf(outcome, row), blendPlace: place, arranged: new Map(arranged) });
  }
  return made;
}

function blendedOf({ scene, visible, rankers, dampers }: Outcome, row: number): Map<string, Effect> {
  const effects = new Map<string, Effect>();
  const place = placeAmong(visible, scene.columns.posts.n, row);
  if (place === null) return effects;
  const total = totalWeight(rankers);
  const factor = dampers.reduce((product, damper) => product * (damper.factor[row] ?? 1), 1);
  let blend = ESTIMATED_RANK;
  for (const { member, weight, rank } of rankers) {
    const value = rank[place] ?? NaN;
    const lift = total === 0 || Number.isNaN(value) ? 0 : (weight / total) * (value - ESTIMATED_RANK);
    blend += lift;
    effects.set(member.entry.entry, { member, amount: lift * factor });
  }
  for (const damper of dampers) {
    effects.set(damper.member.entry.entry, { member: damper.member, amount: -blend * (1 - (damper.factor[row] ?? 1)) });
  }
  return effects;
}

/** 0-based places of some values. */
function placesIn(order: Float64Array | Uint32Array, wanted: ReadonlySet<number>): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (let place = 0; place < order.length && places.size < wanted.size; place++) {
    const value = order[place] ?? NaN;
    if (wanted.has(value)) places.set(value, place);
  }
  return places;
}
