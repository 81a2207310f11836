import { choiceSetting, numberSetting } from '../shared/settings.ts';
import type { ArrangeOut, Batch, Ctx, JsonObject } from '../types.ts';
import { arrangeByShares } from './shares.ts';
import { groupsOf, ATTRIBUTES, type Attribute } from './groups.ts';

/** Places in the manifest's reasons; none where a post stays where it was. */
const REASON = { underShare: 0, overShare: 1, none: 65535 } as const;

let attribute: Attribute = 'followed';
let bound: 'about' | 'least' | 'most' = 'least';
let share = 0.5;

export function init(settings: JsonObject, _ctx: Ctx): void {
  attribute = choiceSetting(settings, 'attribute', ATTRIBUTES);
  bound = choiceSetting(settings, 'bound', ['least', 'most', 'about']);
  share = numberSetting(settings, 'share', 0.5);
}

export function arrange(batch: Batch, _ctx: Ctx): ArrangeOut {
  const { group, count, equal } = groupsOf(batch, attribute);
  const shares = equal
    ? Array.from({ length: count }, () => ({ least: 1 / count, most: 1 / count }))
    : // Group 1 has the attribute, group 0 has not.
      [
        { least: 0, most: 1 },
        { least: bound === 'most' ? 0 : share, most: bound === 'least' ? 1 : share },
      ];
  const order = arrangeByShares(group, shares);
  const reason = new Uint16Array(batch.n).fill(REASON.none);
  order.forEach((row, place) => {
    if (place !== row) reason[row] = place < row ? REASON.underShare : REASON.overShare;
  });
  return { order, reason };
}
