import { NO_ROW } from '../../protocol/columns.ts';
import { F64_FACTS, U32_FACTS, U8_FACTS, type F64Fact, type PostFacts, type U32Fact, type U8Fact } from './post-set.ts';

/** What the window may hold: at most `capacity` posts; none older than what it ends with, unless it holds all there are. */
export interface Room {
  readonly capacity: number;
  readonly holdsAll: boolean;
}

/** The facts newest first (equal times: higher id first), at most `capacity` of them. */
export function newestFirst(facts: PostFacts, capacity: number): PostFacts {
  return gathered(facts, facts, sortedRows(facts).slice(0, capacity));
}

/**
 * The window with changed posts put in and removed ones taken out. Columns that stay the same stay the same arrays.
 * `before` is newest first; `changed` may be in any order.
 */
export function mergeFacts(before: PostFacts, changed: PostFacts, removed: Float64Array, room: Room): PostFacts {
  const rows = new Map<number, number>();
  for (let row = 0; row < before.n; row++) rows.set(before.f64.id[row] ?? NaN, row);
  const gone = new Set<number>();
  for (const id of removed) {
    const row = rows.get(id);
    if (row !== undefined) gone.add(row);
  }
  let moves = gone.size > 0;
  for (let i = 0; i < changed.n; i++) {
    const row = rows.get(changed.f64.id[i] ?? NaN);
    moves ||= row === undefined || before.f64.published[row] !== changed.f64.published[i];
    if (row !== undefined) gone.add(row);
  }
  if (!moves) return updated(before, changed, rows);
  return gathered(before, changed, mergedRows(before, changed, gone, room));
}

/** Rows of `changed` are numbered from -1 down. */
function mergedRows(before: PostFacts, changed: PostFacts, gone: ReadonlySet<number>, room: Room): Int32Array {
  const last = before.n - 1;
  const incoming = sortedRows(changed).filter(
    (row) => room.holdsAll || last < 0 || compare(changed, -1 - row, before, last) < 0,
  );
  const merged: number[] = [];
  let next = 0;
  for (let row = 0; row < before.n; row++) {
    if (gone.has(row)) continue;
    for (; next < incoming.length; next++) {
      const candidate = incoming[next] ?? -1;
      if (compare(changed, -1 - candidate, before, row) > 0) break;
      merged.push(candidate);
    }
    merged.push(row);
  }
  for (; next < incoming.length; next++) merged.push(incoming[next] ?? -1);
  return Int32Array.from(merged.slice(0, room.capacity));
}

/** The rows newest first, numbered from -1 down. */
function sortedRows(facts: PostFacts): Int32Array {
  const rows = Int32Array.from({ length: facts.n }, (_, row) => row);
  return rows.sort((a, b) => compare(facts, a, facts, b)).map((row) => -1 - row);
}

/** Below zero: the first is newer. */
function compare(a: PostFacts, rowA: number, b: PostFacts, rowB: number): number {
  const time = (b.f64.published[rowB] ?? NaN) - (a.f64.published[rowA] ?? NaN);
  return time !== 0 ? time : (b.f64.id[rowB] ?? NaN) - (a.f64.id[rowA] ?? NaN);
}

function gathered(before: PostFacts, changed: PostFacts, rows: Int32Array): PostFacts {
  const n = rows.length;
  const take = (old: Facts, fresh: Facts, into: Facts, missing: number): void => {
    for (let i = 0; i < n; i++) {
      const row = rows[i] ?? 0;
      into[i] = (row < 0 ? fresh[-1 - row] : old[row]) ?? missing;
    }
  };
  return {
    n,
    f64: f64Facts((fact) =>
      filled(new Float64Array(n), (into) => take(before.f64[fact], changed.f64[fact], into, NaN)),
    ),
    u32: u32Facts((fact) =>
      filled(new Uint32Array(n), (into) => take(before.u32[fact], changed.u32[fact], into, NO_ROW)),
    ),
    u8: u8Facts((fact) => filled(new Uint8Array(n), (into) => take(before.u8[fact], changed.u8[fact], into, 0))),
  };
}

type Facts = Float64Array | Uint32Array | Uint8Array;

function filled<T extends Facts>(into: T, fill: (into: T) => void): T {
  fill(into);
  return into;
}

function updated(before: PostFacts, changed: PostFacts, rows: ReadonlyMap<number, number>): PostFacts {
  const places = Array.from(changed.f64.id, (id) => rows.get(id) ?? -1);
  const write = <T extends Facts>(old: T, fresh: Facts, copy: (old: T) => T): T => {
    if (places.every((row, i) => Object.is(old[row], fresh[i]))) return old;
    const next = copy(old);
    for (const [i, row] of places.entries()) next[row] = fresh[i] ?? NaN;
    return next;
  };
  return {
    n: before.n,
    f64: f64Facts((fact) => write(before.f64[fact], changed.f64[fact], (old) => old.slice())),
    u32: u32Facts((fact) => write(before.u32[fact], changed.u32[fact], (old) => old.slice())),
    u8: u8Facts((fact) => write(before.u8[fact], changed.u8[fact], (old) => old.slice())),
  };
}

export function f64Facts(make: (fact: F64Fact) => Float64Array): Record<F64Fact, Float64Array> {
  return record(F64_FACTS, make);
}

export function u32Facts(make: (fact: U32Fact) => Uint32Array): Record<U32Fact, Uint32Array> {
  return record(U32_FACTS, make);
}

export function u8Facts(make: (fact: U8Fact) => Uint8Array): Record<U8Fact, Uint8Array> {
  return record(U8_FACTS, make);
}

function record<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  const made: Partial<Record<K, V>> = {};
  for (const name of names) made[name] = make(name);
  return complete(made, names);
}

function complete<K extends string, V>(made: Partial<Record<K, V>>, names: readonly K[]): Record<K, V> {
  if (!isComplete(made, names)) throw new TypeError('a fact is missing');
  return made;
}

function isComplete<K extends string, V>(made: Partial<Record<K, V>>, names: readonly K[]): made is Record<K, V> {
  return names.every((name) => name in made);
}
