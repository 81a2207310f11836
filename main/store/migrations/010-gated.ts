import { sql, type Kysely } from 'kysely';

/** What reads of services need: an order that depends on nothing else in the locker, and what changed or left since. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS: readonly string[] = [
  // Publication time, or the number below all times where the record tells none (`published` is then when it came).
  `alter table record add column own_time integer not null default -9007199254740991`,
  // Change with which the record came; later ones leave it as it is.
  `alter table record add column born integer not null default 0`,
  `update record set born = seq,
    own_time = iif(estimated = 1 and published_text is null, -9007199254740991, published)`,
  // Ids follow time only nearly, and depend on neighbours: this is the order that may be seen from outside.
  `create index record_released on record (datatype, own_time, ref, identity)`,
  `create index record_change on record (datatype, seq)`,
  // Keys of records that left, for the change streams; content-free and short-lived.
  `create table removed_record (
    seq integer primary key not null,
    datatype text not null,
    ref integer not null,
    identity integer not null,
    at integer not null
  ) strict`,
  `create index removed_record_datatype on removed_record (datatype, seq)`,
  `insert into counter (name, value) select 'removed_record_floor', value from counter where name = 'seq'`,
];
