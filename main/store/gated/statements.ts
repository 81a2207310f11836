import { BUCKET_MS, FIRST_BUCKET_MS } from '../../../protocol/contract/buckets.ts';
import type {
  AggregatePlan,
  ChangedPlan,
  CountPlan,
  Plan,
  RecordKey,
  RowScope,
} from '../../../protocol/contract/plan.ts';
import { NO_TIME } from '../records/record-tables.ts';
import { candidates, hitsOf } from './candidates.ts';
import { AS_NOW, AS_THEN, fieldColumn, RECORD, type Rows } from './field-columns.ts';
import { allOf, fragment, toText, type Fragment } from './fragment.ts';
import { hasWords, pickListed } from './list.ts';
import { joinsFor, pastScope, scopeSql } from './scope.ts';
import { wordQuery } from './words.ts';
import type { SqlText } from '../operation.ts';

/**
 * The one statement of a plan: nothing is asked besides it, and nothing is filtered after it. Texts and numbers of a plan
 * are parameters.
 */
export function statementOf(plan: Plan): SqlText {
  switch (plan.kind) {
    case 'list':
      return toText(rows(pickListed(plan), plan.fields));
    case 'one':
      return toText(rows(pickKeys(plan.scope, [plan.key]), plan.fields));
    case 'check':
      return toText(rows(pickKeys(plan.scope, plan.keys), plan.fields));
    case 'count':
      return toText(count(plan));
    case 'aggregate':
      return toText(plan.atSeq === null ? aggregate(plan) : aggregateAt(plan, plan.atSeq));
    case 'changed':
      return toText(changed(plan));
  }
}

/** The chosen records in order: key, change, place in the order, fields as JSON. */
function rows(picked: Fragment, fields: readonly string[]): Fragment {
  return fragment`${picked}
    select r.ref, r.identity, r.seq, picked.at, locker_fields(${JSON.stringify(fields)}, ${RECORD})
    from picked cross join record r on r.id = picked.id cross join record_body c on c.id = r.id
    order by picked.place`;
}

function pickKeys(scope: RowScope, keys: readonly RecordKey[]): Fragment {
  const { where, joins } = scopeSql(scope);
  const list = JSON.stringify(keys.map(({ ref, identity }) => [ref, identity]));
  return fragment`with picked as materialized (
    select r.id, null as at, k.key as place from json_each(${list}) k
    cross join record_key at_key on at_key.level in (0, 1, 2) and at_key.ref = k.value ->> 0
    cross join record r on r.id = at_key.id and r.identity = k.value ->> 1${joins}
    where ${where}
  )`;
}

function count(plan: CountPlan): Fragment {
  const { where, joins } = scopeSql(plan.scope);
  if (plan.words === null) return fragment`select count(*) from ${candidates(plan.scope)}${joins} where ${where}`;
  const words = wordQuery(plan.words.text);
  return fragment`with hits as materialized (${hitsOf(plan.scope, words)}), rows as materialized (
      select r.id from hits cross join record r on r.id = hits.id${joins} where ${where}
    ) select count(*) from rows where ${hasWords(plan, words, fragment`rows.id`)}`;
}

/** Groups by bucket, and by what a record of the group tells of `by`. */
function aggregate({ scope, bucket, by, minGroup, limit }: AggregatePlan): Fragment {
  const group = by === null ? fragment`0` : groupOf(scope, by);
  const where = allOf([scopeSql(scope).where, fragment`r.own_time > ${NO_TIME}`]);
  return fragment`with grouped as materialized (
      select ${startOf(bucket)} as bucket, ${group} as part, count(*) as number, max(r.id) as id
      from ${candidates(scope)}${joinsFor(fragment`${where} ${group}`)} where ${where}
      group by 1, 2 having number >= ${minGroup} order by 1 desc, 2 limit ${limit + 1}
    )
    select grouped.bucket, ${by === null ? fragment`null` : fragment`locker_json(${by}, ${RECORD})`}, grouped.number
    from grouped cross join record r on r.id = grouped.id cross join record_body c on c.id = r.id
    order by grouped.bucket desc, grouped.part`;
}

/**
 * The same, of records as they were at a change: those that have stood since, and of the others what was kept of them.
 * What they share is told by what they are compared by, so that no body is needed.
 */
function aggregateAt({ scope, bucket, by, minGroup, limit }: AggregatePlan, atSeq: number): Fragment {
  const { datatype } = scope;
  const partOf = ({ column, record }: Rows): Fragment => {
    if (by === null) return fragment`null`;
    const { kind, value } = column(datatype, by);
    return kind === 'body' ? fragment`locker_json(${by}, ${record})` : value;
  };
  const part = partOf(AS_NOW);
  const stood = allOf([scopeSql(scope).where, fragment`r.own_time > ${NO_TIME} and r.seq <= ${atSeq}`]);
  const past = allOf([
    pastScope(scope),
    fragment`r.own_time > ${NO_TIME} and r.seq <= ${atSeq} and r.until > ${atSeq}`,
  ]);
  const told = by === null ? fragment`null` : fragment`locker_told(${fieldColumn(datatype, by).kind}, part)`;
  return fragment`with rows as (
      select ${startOf(bucket)} as bucket, ${part} as part
      from ${candidates(scope)}${joinsFor(fragment`${stood} ${part}`)} where ${stood}
      union all
      select ${startOf(bucket)}, ${partOf(AS_THEN)} from record_past r where ${past}
    ), grouped as materialized (
      select bucket, part, count(*) as number from rows
      group by 1, 2 having number >= ${minGroup} order by 1 desc, 2 limit ${limit + 1}
    )
    select bucket, ${told}, number from grouped order by bucket desc, part`;
}

function startOf(bucket: AggregatePlan['bucket']): Fragment {
  const length = BUCKET_MS[bucket];
  return fragment`r.own_time - ((r.own_time - ${FIRST_BUCKET_MS}) % ${length} + ${length}) % ${length}`;
}

/** What records with the same value of a field share, in an order that tells nothing of identifiers. */
function groupOf({ datatype }: RowScope, by: string): Fragment {
  const { kind, value, needs } = fieldColumn(datatype, by);
  if (needs !== 'c') return value;
  const json = fragment`locker_json(${by}, ${RECORD})`;
  return kind === 'key' ? fragment`locker_key(${json})` : json;
}

/** Changes with what is in scope of them, beside where the store's changes stand. */
function changed({ scope, fields, afterSeq, limit }: ChangedPlan): Fragment {
  const { where } = scopeSql(scope);
  const { datatype } = scope;
  // Joined from the left, so that what is gone or out of scope stays in the list.
  const inScope = fragment`select locker_fields(${JSON.stringify(fields)}, ${RECORD})
    from record r${joinsFor(fragment`${where} ${RECORD}`)}
    where r.id = changes.id and ${where}`;
  return fragment`with changes as materialized (
      select * from (
        select seq, ref, identity, id from record where datatype = ${datatype} and seq > ${afterSeq} order by seq limit ${limit + 1}
      ) union all select * from (
        select seq, ref, identity, null from removed_record
        where datatype = ${datatype} and seq > ${afterSeq} order by seq limit ${limit + 1}
      ) order by 1 limit ${limit + 1}
    ), stand as materialized (
      select (select value from counter where name = 'seq') as up_to,
        (select value from counter where name = 'removed_record_floor') as removed_floor
    )
    select stand.up_to, stand.removed_floor, changes.seq, changes.ref, changes.identity, (${inScope})
    from stand left join changes on true order by changes.seq`;
}
