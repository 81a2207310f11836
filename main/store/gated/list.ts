import type { ListPlan } from '../../../protocol/contract/plan.ts';
import { NO_TIME } from '../records/record-tables.ts';
import { fieldColumn, RECORD } from './field-columns.ts';
import { candidates, hitsOf } from './candidates.ts';
import { allOf, fragment, type Fragment } from './fragment.ts';
import { joinsFor, scopeSql, type ScopeSql } from './scope.ts';
import { wordQuery, type WordQuery } from './words.ts';

/** More than any table has; with a limit, SQLite keeps the order that a part of a statement asks for. */
const ALL = 2 ** 52;

/** What rows are ordered by: a column, then the record's key. The order in the table tells of other records and is never used. */
interface Order {
  /** As a number or text that is never null. */
  readonly columns: readonly Fragment[];
  /** As the answer says it. */
  readonly at: Fragment;
  /** Values of `columns` in the row after which to go on. */
  readonly after: readonly (string | number)[] | null;
  readonly direction: 'asc' | 'desc';
  /** The index that has the rows in this order. */
  readonly index: 'record_released' | null;
}

/** The keys of a page in order: `picked (id, at, place)`, with one row more than the limit where there are more. */
export function pickListed(plan: ListPlan): Fragment {
  const scope = scopeSql(plan.scope);
  const order = orderOf(plan);
  const sorted =
    plan.words === null ? scanned(plan, scope, order) : found(plan, scope, order, wordQuery(plan.words.text));
  return fragment`${sorted}, picked as materialized (select id, at, row_number() over () as place from chosen)`;
}

/** Straight along the index, where one has the order; as far as it takes to fill the page. */
function scanned(plan: ListPlan, scope: ScopeSql, order: Order): Fragment {
  const where = allOf([scope.where, ...afterOf(order)]);
  return fragment`with chosen as materialized (
    select r.id, ${order.at} as at from ${candidates(plan.scope, order.index)}${joinsFor(fragment`${where} ${order.at}`)}
    where ${where} order by ${orderBy(order)} limit ${plan.limit + 1}
  )`;
}

/**
 * Words: what the index finds, in order, and of that whatever has the words in the granted fields, until the page is full.
 * The index knows texts that are not granted, so it decides nothing.
 */
function found(plan: ListPlan, scope: ScopeSql, order: Order, words: WordQuery): Fragment {
  const where = allOf([scope.where, ...afterOf(order)]);
  return fragment`with hits as materialized (${hitsOf(plan.scope, words)}), sorted as materialized (
    select r.id, ${order.at} as at
    from hits cross join record r on r.id = hits.id${joinsFor(fragment`${where} ${order.at} ${columnsOf(order)}`)}
    where ${where} order by ${orderBy(order)} limit ${ALL}
  ), chosen as materialized (
    select id, at from sorted where ${hasWords(plan, words, fragment`sorted.id`)} limit ${plan.limit + 1}
  )`;
}

type Worded = Pick<ListPlan, 'scope' | 'words'>;

/** The exact look, by the body of the record with that id. */
export function hasWords(plan: Worded, { phrases }: WordQuery, id: Fragment): Fragment {
  const fields = JSON.stringify(plan.words?.fields ?? []);
  return fragment`(
    select locker_words(${JSON.stringify(phrases)}, ${fields}, ${RECORD})
    from record r cross join record_body c on c.id = r.id where r.id = ${id}
  )`;
}

function orderOf({ scope, order, after }: ListPlan): Order {
  const key = after === null ? [] : [after.key.ref, after.key.identity];
  const keyColumns = [fragment`r.ref`, fragment`r.identity`];
  if (order === null) {
    return {
      columns: keyColumns,
      at: fragment`null`,
      after: after === null ? null : key,
      direction: 'asc',
      index: null,
    };
  }
  const { kind, value } = fieldColumn(scope.datatype, order.field);
  if (kind === 'time') {
    return {
      columns: [value, ...keyColumns],
      at: fragment`nullif(${value}, ${NO_TIME})`,
      after: after === null ? null : [after.value ?? NO_TIME, ...key],
      direction: order.direction,
      index: 'record_released',
    };
  }
  return {
    columns: [fragment`(${value}) is not null`, fragment`ifnull(${value}, 0)`, ...keyColumns],
    at: value,
    after: after === null ? null : [after.value === null ? 0 : 1, after.value ?? 0, ...key],
    direction: order.direction,
    index: null,
  };
}

function columnsOf({ columns }: Order): Fragment {
  return { sql: columns.map(({ sql }) => sql).join(', '), parameters: columns.flatMap(({ parameters }) => parameters) };
}

function orderBy({ columns, direction }: Order): Fragment {
  return {
    sql: columns.map(({ sql }) => `${sql} ${direction}`).join(', '),
    parameters: columns.flatMap(({ parameters }) => parameters),
  };
}

function afterOf(order: Order): Fragment[] {
  if (order.after === null) return [];
  const values: Fragment = { sql: order.after.map(() => '?').join(', '), parameters: order.after };
  return [
    order.direction === 'asc'
      ? fragment`(${columnsOf(order)}) > (${values})`
      : fragment`(${columnsOf(order)}) < (${values})`,
  ];
}
