import type { Clause } from '../../../protocol/contract/clause.ts';
import { conditionWords, fieldWords, type Titles } from './names.ts';
import { duration, list, say, time } from './say.ts';
import { hasOwn, isReading, kindWords } from './terms.ts';

/** One line: what a contract lets a service do, clause by clause. Promises and rates are left to the clause's own page. */
export function summaryOf(clauses: readonly Clause[], titles: Titles = new Map()): string {
  if (clauses.length === 0) return say('summary.nothing');
  const line = clauses.map((clause) => clauseLine(clause, titles)).join(' · ');
  return `${line.slice(0, 1).toUpperCase()}${line.slice(1)}`;
}

function clauseLine(clause: Clause, titles: Titles): string {
  const isCounts = clause.privileges[0] === 'aggregate';
  return say('summary.clause', {
    actions: list(
      clause.actions.map((action) => say(action === 'query' && isCounts ? 'short.query.aggregate' : `short.${action}`)),
    ),
    datatypes: list(kindWords(clause, titles)),
    fields: list(clause.fields.map((field) => fieldWords(field, hasOwn(clause)))),
    rest: restOf(clause)
      .map((text) => `, ${text}`)
      .join(''),
  });
}

function restOf(clause: Clause): string[] {
  const { filter, window, validity, privileges } = clause;
  const { since, until, rolling } = window;
  return [
    ...(filter.length === 0
      ? []
      : [say('summary.filter', { list: list(filter.map((condition) => conditionWords(condition, hasOwn(clause)))) })]),
    ...(since === undefined ? [] : [say('window.since', { time: time(since) })]),
    ...(until === undefined ? [] : [say('window.until', { time: time(until) })]),
    ...(rolling === undefined ? [] : [say('window.rolling', { duration: duration(rolling) })]),
    ...(isReading(clause) && privileges[0] === 'pseudonymous' ? [say('summary.pseudonymous')] : []),
    ...(isReading(clause) && clause.others_private ? [say('summary.others_private')] : []),
    ...(validity.until === undefined ? [] : [say('summary.until', { until: time(validity.until) })]),
  ];
}
