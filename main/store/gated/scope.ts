import type { RowScope } from '../../../protocol/contract/plan.ts';
import { isDatatype, type AnyDatatype } from '../../../protocol/datatypes.ts';
import { Visibility } from '../../../protocol/record.ts';
import { NO_TIME } from '../records/record-tables.ts';
import { conditionOf } from './conditions.ts';
import { AS_NOW, AS_THEN, type Rows } from './field-columns.ts';
import { allOf, fragment, type Fragment } from './fragment.ts';

/** Which records may be seen at all, over `r` (record), `p` (post_column) and `c` (record_body). */
export interface ScopeSql {
  readonly where: Fragment;
  /** What has to be joined for it, after `r`. */
  readonly joins: Fragment;
}

/** Datatypes whose records of others are as public as their names. */
const OPEN = new Set<AnyDatatype>(['social.profile', 'social.person', 'label']);
const SEEN_BY_ALL = ['public', 'unlisted'].map((name) => Visibility.options.findIndex((option) => option === name));

/** A condition per part of the scope. */
export function scopeSql(scope: RowScope): ScopeSql {
  const where = allOf([
    ...partsOf(scope, AS_NOW),
    ...(scope.appendedBy === null
      ? []
      : [fragment`r.source = (select id from source where uri = ${scope.appendedBy})`]),
    ...(scope.othersPrivate ? [] : [openToAll(scope.datatype)]),
  ]);
  return { where, joins: joinsFor(where) };
}

/** The same over `record_past r`, which is complete by itself. */
export function pastScope(scope: RowScope): Fragment {
  return allOf([
    ...partsOf(scope, AS_THEN),
    ...(scope.appendedBy === null ? [] : [fragment`false`]),
    ...(scope.othersPrivate ? [] : [fragment`r.open = 1`]),
  ]);
}

function partsOf(scope: RowScope, rows: Rows): Fragment[] {
  return [
    fragment`r.datatype = ${scope.datatype}`,
    ...windowOf(scope),
    ...scope.conditions.map((condition) => conditionOf(scope.datatype, condition, rows)),
  ];
}

/** The tables that a piece of SQL speaks of; the order of `r` is kept. */
export function joinsFor({ sql }: Fragment): Fragment {
  const posts = /\bp\./.test(sql) ? ' cross join post_column p on p.id = r.id' : '';
  const bodies = /\bc\./.test(sql) ? ' cross join record_body c on c.id = r.id' : '';
  return { sql: posts + bodies, parameters: [] };
}

function windowOf({ since, until }: RowScope): Fragment[] {
  if (since === null && until === null) return [];
  const from = fragment`r.own_time >= ${Math.max(since ?? NO_TIME + 1, NO_TIME + 1)}`;
  return until === null ? [from] : [from, fragment`r.own_time < ${until}`];
}

/** Others' records that are not public are left out. A service's own datatypes are nobody else's. */
export function openToAll(datatype: AnyDatatype): Fragment {
  if (!isDatatype(datatype) || OPEN.has(datatype)) return fragment`true`;
  if (datatype === 'social.message') return fragment`r.mine = 1`;
  if (datatype === 'social.post') {
    const [first = -1, second = -1] = SEEN_BY_ALL;
    return fragment`(r.mine = 1 or p.visibility in (${first}, ${second}))`;
  }
  return fragment`(r.mine = 1 or locker_addressed(c.body, c.overlay))`;
}
