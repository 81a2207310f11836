import { authorFlags, counts, flags, indexes, NO_ROW, numbers } from '../shared/columns.ts';
import { numberSetting } from '../shared/settings.ts';
import type { ArrangeOut, Batch, Ctx, JsonObject } from '../types.ts';

/** Places in the manifest's reasons. */
const REASON = { quiet: 0, madeRoom: 1, none: 65535 } as const;

let days = 7;
let most = 3;
let top = 20;

export function init(settings: JsonObject, _ctx: Ctx): void {
  days = numberSetting(settings, 'days', 7);
  most = numberSetting(settings, 'most', 3);
  top = numberSetting(settings, 'top', 20);
}

export function arrange(batch: Batch, _ctx: Ctx): ArrangeOut {
  const lifted = quietRows(batch);
  const order = new Uint32Array(batch.n);
  const reason = new Uint16Array(batch.n).fill(REASON.none);
  const isLifted = new Uint8Array(batch.n);
  for (const row of lifted) isLifted[row] = 1;
  // Evenly over the first places, so that nobody's friends push everything else off the screen.
  const gap = Math.max(1, Math.floor(top / (most + 1)));
  let next = 0;
  let given = 0;
  for (let place = 0; place < batch.n; place++) {
    const row = lifted[given];
    if (row !== undefined && place === Math.min((given + 1) * gap, batch.n - lifted.length + given)) {
      order[place] = row;
      reason[row] = REASON.quiet;
      given++;
      continue;
    }
    while (isLifted[next] === 1) next++;
    order[place] = next;
    if (place > next) reason[next] = REASON.madeRoom;
    next++;
  }
  return { order, reason };
}

/** The best placed new post of each person the owner follows and has not seen for days, unless it stands well already. */
function quietRows(batch: Batch): number[] {
  const personIdx = indexes(batch, 'personIdx');
  const authorIdx = indexes(batch, 'authorIdx');
  const seenCount = counts(batch, 'seenCount');
  const ageHours = numbers(batch, 'ageHours');
  const mine = flags(batch, 'mine');
  const iFollow = authorFlags(batch, 'iFollow');
  const seen = new Set<number>();
  const inView = new Set<number>();
  const best = new Map<number, number>();
  let anySeen = false;
  for (let row = 0; row < batch.n; row++) {
    const person = personIdx[row] ?? NO_ROW;
    const isRecent = (ageHours[row] ?? NaN) < days * 24;
    if ((seenCount[row] ?? 0) > 0) {
      anySeen = true;
      if (isRecent) seen.add(person);
      continue;
    }
    if (person === NO_ROW || !isRecent || mine[row] === 1 || iFollow[authorIdx[row] ?? NO_ROW] !== 1) continue;
    if (row < top) inView.add(person);
    if (!best.has(person)) best.set(person, row);
  }
  // Where nothing was seen yet, nobody is quieter than the others.
  if (!anySeen) return [];
  return [...best]
    .filter(([person]) => !seen.has(person) && !inView.has(person))
    .map(([, row]) => row)
    .slice(0, most);
}
