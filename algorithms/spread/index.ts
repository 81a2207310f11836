import { choiceSetting, numberSetting } from '../shared/settings.ts';
import type { ArrangeOut, Batch, Ctx, JsonObject } from '../types.ts';
import { balance } from './balance.ts';
import { spreadByDecay } from './decay.ts';
import { keysOf } from './keys.ts';

/** Places in the manifest's reasons; none where a post stays where it was. */
const REASON = { samePerson: 0, sameThread: 1, sameKind: 2, madeRoom: 3, none: 65535 } as const;

let mode: 'decay' | 'mmr' = 'decay';
let authorDecay = 0.5;
let threadDecay = 0.5;
let floor = 0.25;
let weight = 0.7;
let memory = 10;

export function init(settings: JsonObject, _ctx: Ctx): void {
  mode = choiceSetting(settings, 'mode', ['decay', 'mmr']);
  authorDecay = numberSetting(settings, 'authorDecay', 0.5);
  threadDecay = numberSetting(settings, 'threadDecay', 0.5);
  floor = numberSetting(settings, 'floor', 0.25);
  weight = numberSetting(settings, 'balance', 0.7);
  memory = numberSetting(settings, 'memory', 10);
}

export function arrange(batch: Batch, _ctx: Ctx): ArrangeOut {
  const keys = keysOf(batch);
  if (mode === 'mmr') {
    const { order, passed } = balance(keys, weight, memory);
    const reasonOf = (row: number): number => Math.min(passed[row] ?? 0, REASON.sameKind);
    return { order, reason: reasons(order, reasonOf) };
  }
  const { order, byPerson, byThread } = spreadByDecay(keys, authorDecay, threadDecay, floor);
  const weighs = (k: number, decay: number): number => (k > 0 ? 1 - Math.pow(decay, k) : 0);
  const reasonOf = (row: number): number =>
    weighs(byPerson[row] ?? 0, authorDecay) >= weighs(byThread[row] ?? 0, threadDecay)
      ? REASON.samePerson
      : REASON.sameThread;
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
