import { indexes } from '../shared/columns.ts';
import { choiceSetting, numberSetting } from '../shared/settings.ts';
import type { ArrangeOut, Batch, Ctx, JsonObject } from '../types.ts';
import { balance } from './balance.ts';
import { spreadByDecay } from './decay.ts';
import { keysOf } from './keys.ts';
import { recalled, remembered, type Memory } from './memory.ts';

/** Places in the manifest's reasons; none where a post stays where it was. */
const REASON = { samePerson: 0, sameThread: 1, sameKind: 2, madeRoom: 3, readLately: 4, none: 65535 } as const;

/** Reasons by what a post was passed over for. */
const PASSED = [REASON.samePerson, REASON.sameThread, REASON.sameKind, REASON.sameKind, REASON.readLately];

let mode: 'decay' | 'mmr' = 'decay';
let authorDecay = 0.5;
let threadDecay = 0.5;
let floor = 0.25;
let weight = 0.7;
let memory = 10;
let visitHours = 24;

export function init(settings: JsonObject, _ctx: Ctx): void {
  mode = choiceSetting(settings, 'mode', ['decay', 'mmr']);
  authorDecay = numberSetting(settings, 'authorDecay', 0.5);
  threadDecay = numberSetting(settings, 'threadDecay', 0.5);
  floor = numberSetting(settings, 'floor', 0.25);
  weight = numberSetting(settings, 'balance', 0.7);
  memory = numberSetting(settings, 'memory', 10);
  visitHours = numberSetting(settings, 'visitHours', 24);
}

/** How often the person of each row was read lately. */
function readBefore(batch: Batch, memory: Memory): Float64Array {
  const tags = indexes(batch, 'personTag');
  const times = new Float64Array(batch.n);
  for (let row = 0; row < batch.n; row++) times[row] = memory.get(tags[row] ?? 0) ?? 0;
  return times;
}

/** Learns from reading: whose posts were read. */
export function fit(batch: Batch, ctx: Ctx): Float64Array {
  return remembered(recalled(ctx.state, ctx.now, visitHours), indexes(batch, 'personTag'), ctx.now);
}

export function arrange(batch: Batch, ctx: Ctx): ArrangeOut {
  const keys = keysOf(batch);
  const read = readBefore(batch, recalled(ctx.state, ctx.now, visitHours));
  if (mode === 'mmr') {
    const { order, passed } = balance(keys, weight, memory, read);
    const reasonOf = (row: number): number => PASSED[passed[row] ?? 0] ?? REASON.sameKind;
    return { order, reason: reasons(order, reasonOf) };
  }
  const { order, byPerson, byThread } = spreadByDecay(keys, authorDecay, threadDecay, floor, read);
  const weighs = (k: number, decay: number): number => (k > 0 ? 1 - Math.pow(decay, k) : 0);
  const reasonOf = (row: number): number => {
    const person = weighs(byPerson[row] ?? 0, authorDecay);
    if (person < weighs(byThread[row] ?? 0, threadDecay)) return REASON.sameThread;
    return (byPerson[row] ?? 0) >= 2 * (read[row] ?? 0) ? REASON.samePerson : REASON.readLately;
  };
  return { order, reason: reasons(order, reasonOf) };
}

function reasons(order: Uint32Array, downwards: (row: number) => number): Uint16Array {
  const out = new Uint16Array(order.length).fill(REASON.none);
  order.forEach((row, place) => {
    if (place > row) out[row] = downwards(row);
    else if (place < row) out[row] = REASON.madeRoom;
  });
  return out;
}
