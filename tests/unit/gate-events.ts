import type { RecordId } from '../../protocol/brand.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { GatedLocker } from '../../main/contracts/gate/testing/gated-locker.ts';
import { createRandom, type Random } from './random.ts';
import {
  coveredEdit,
  coveredPost,
  uncoveredEdit,
  uncoveredRecord,
  uriOf,
  type Draws,
  type World,
} from './gate-worlds.ts';

/** What happens in a locker while a service asks: to what is covered by plan, to the rest by chance. */

const HOUR = 3_600_000;

/** The covered records of a locker. */
interface Covered {
  readonly there: Set<number>;
  /** Those that are there or may come. What the owner deleted does not come back by an import. */
  readonly left: Set<number>;
  /** What each was drawn from when it last came. */
  readonly draws: Map<number, Draws>;
}

/** One locker of the two: the same but for what is not covered. */
export interface Side {
  readonly gated: GatedLocker;
  readonly variant: Random;
  /** What is not covered of each record was last drawn from this. */
  readonly variants: Map<number, number>;
  /** Makes only what nobody may see. */
  readonly hidden: Random;
  readonly covered: Covered;
  readonly ids: Map<number, RecordId>;
  /** The last deletion, until it is undone. */
  deleted: { readonly number: number; readonly undo: string } | null;
  runs: number;
}

export type Event =
  | { readonly kind: 'put'; readonly number: number; readonly draws: Draws }
  | { readonly kind: 'edit'; readonly number: number; readonly changes: JsonObject }
  | { readonly kind: 'delete'; readonly number: number }
  | { readonly kind: 'undo' }
  | { readonly kind: 'clock'; readonly hours: number }
  | { readonly kind: 'nothing' };

export function createSide(gated: GatedLocker, seed: number): Side {
  const left = new Set(Array.from({ length: 60 }, (_, i) => i));
  return {
    gated,
    variant: createRandom(seed + 1000),
    variants: new Map(),
    hidden: createRandom(seed + 2000),
    covered: { there: new Set(), left, draws: new Map() },
    ids: new Map(),
    deleted: null,
    runs: 0,
  };
}

export function drawEvent(random: Random, { covered, deleted }: Side): Event {
  const kind = random.pick(['put', 'put', 'put', 'edit', 'delete', 'undo', 'clock', 'nothing'] as const);
  const number = [...covered.left][random.whole(0, Math.min(14, covered.left.size - 1))] ?? 0;
  const old = [...covered.there][random.whole(0, 60) % Math.max(1, covered.there.size)] ?? null;
  const fresh: Draws = { body: random.whole(0, 2 ** 30), time: random.whole(0, 2 ** 30) };
  // Or the same with another time alone.
  const draws = random.chance(0.3) ? { ...fresh, body: covered.draws.get(number)?.body ?? fresh.body } : fresh;
  const changes = random.chance(0.15) ? {} : coveredEdit(random);
  const hours = random.whole(1, 30);
  if (kind === 'put') return { kind, number, draws };
  if (kind === 'edit' && old !== null) return { kind, number: old, changes };
  if (kind === 'delete' && old !== null) return { kind, number: old };
  if (kind === 'undo' && deleted !== null) return { kind };
  return kind === 'clock' ? { kind, hours } : { kind: 'nothing' };
}

/** The same in either locker, as far as anything covered goes. */
export async function happen(side: Side, world: World, event: Event): Promise<void> {
  const { gated, covered } = side;
  const { locker } = gated;
  switch (event.kind) {
    case 'put': {
      const { number, draws } = event;
      await locker.import('covered', [coveredPost(draws, variantOf(side, number), world, number)]);
      covered.there.add(number);
      covered.draws.set(number, draws);
      return;
    }
    case 'edit':
      await locker.records.edit(await idOf(side, event.number), event.changes);
      return;
    case 'delete': {
      const { undo } = await locker.records.delete([await idOf(side, event.number)]);
      side.deleted = { number: event.number, undo };
      covered.there.delete(event.number);
      covered.left.delete(event.number);
      side.ids.delete(event.number);
      return;
    }
    case 'undo': {
      if (side.deleted === null) return;
      const { number, undo } = side.deleted;
      await locker.records.undoDelete(undo);
      covered.there.add(number);
      covered.left.add(number);
      side.deleted = null;
      return;
    }
    case 'clock':
      gated.clock += event.hours * HOUR;
      return;
    case 'nothing':
  }
}

/** Things happen of which no byte of any answer may tell: each locker has its own. */
export async function stir(side: Side, world: World): Promise<void> {
  const { gated, hidden, covered } = side;
  const { locker } = gated;
  await hide(side, world);
  const target = [...covered.there][hidden.whole(0, 60) % Math.max(1, covered.there.size)];
  if (target === undefined) return;
  const edit = uncoveredEdit(hidden, world);
  const changed = edit !== null && hidden.chance(0.4);
  if (changed) await locker.records.edit(await idOf(side, target), edit);
  if (!hidden.chance(changed ? 0.6 : 0.15)) return;
  // It comes again, with the same of what is covered.
  const draws = covered.draws.get(target);
  if (draws === undefined) return;
  await locker.import('covered', [coveredPost(draws, variantOf(side, target), world, target)]);
}

/** Another one than before, or the same. */
function variantOf({ variant, variants }: Side, number: number): number {
  const before = variants.get(number);
  if (before !== undefined && variant.chance(0.5)) return before;
  const drawn = variant.whole(0, 2 ** 30);
  variants.set(number, drawn);
  return drawn;
}

/** Records come that nobody may see, and go. */
async function hide(side: Side, world: World): Promise<void> {
  const { gated, hidden } = side;
  const { locker } = gated;
  if (hidden.chance(0.4)) {
    const records = Array.from({ length: hidden.whole(1, 4) }, () =>
      uncoveredRecord(hidden, world, hidden.whole(0, 30)),
    );
    await locker.import(`hidden ${side.runs}`, records);
  }
  if (hidden.chance(0.1)) {
    const { items } = await locker.records.browse({ order: 'newest', limit: 50 });
    const row = items.find(({ uri }) => uri?.startsWith('https://bob.example/') === true);
    if (row !== undefined) await locker.records.delete([row.id as never]);
  }
  if (hidden.chance(0.02)) {
    await locker.import(`hidden ${side.runs}`, []);
    await locker.records.undoRun(`hidden ${side.runs++}`);
  }
}

async function idOf({ ids, gated }: Side, number: number): Promise<RecordId> {
  const id = ids.get(number) ?? (await gated.locker.idOf(uriOf(number)));
  ids.set(number, id);
  return id;
}
