import { PROMISED, type Clause } from '../../../protocol/contract/clause.ts';
import type { Term } from '../../../protocol/owner/services.ts';
import { conditionWords, datatypeWords, fieldWords, type Titles } from './names.ts';
import { purposeWords } from './purposes.ts';
import { duration, list, say, time } from './say.ts';

type TermKey = Term['term'];
type Write = (clause: Clause, titles: Titles) => string | null;

/** Actions that hand something out. */
const READING = new Set<string>(['read', 'query', 'subscribe']);

export function isReading(clause: Clause): boolean {
  return clause.actions.some((action) => READING.has(action));
}

/** Fields of service-owned records have names that mean what the service likes, even where a word is known here. */
export function hasOwn(clause: Clause): boolean {
  return clause.datatypes.some((datatype) => datatype.startsWith('x-'));
}

export function actionWords(actions: readonly Clause['actions'][number][]): string {
  return list(actions.map((action) => say(`action.${action}`)));
}

/** Each term in words, in the order in which it is read; null: the clause says nothing there. */
const WRITE: Readonly<Record<TermKey, Write>> = {
  actions: ({ actions }) => say('actions', { list: actionWords(actions) }),
  datatypes: ({ datatypes }, titles) =>
    say('datatypes', { list: list(datatypes.map((datatype) => datatypeWords(datatype, titles))) }),
  fields: (clause) =>
    say(isReading(clause) ? 'fields' : 'fields.added', {
      list: list(clause.fields.map((field) => fieldWords(field, hasOwn(clause)))),
    }),
  filter: (clause) =>
    clause.filter.length === 0
      ? null
      : say('filter', { list: list(clause.filter.map((condition) => conditionWords(condition, hasOwn(clause)))) }),
  window: windowWords,
  privileges: (clause) => say(isReading(clause) ? `privileges.${clause.privileges[0]}` : 'privileges.added'),
  granularity: granularityWords,
  rate: rateWords,
  validity: validityWords,
  others_private: ({ others_private }) => say(others_private ? 'others_private.true' : 'others_private.false'),
  purpose: ({ purpose }) => say('purpose', { list: list(purpose.map(purposeWords)) }),
  retention: ({ retention: { max, on_withdraw } }) =>
    [
      max === undefined ? say('retention.none') : say('retention.max', { duration: duration(max) }),
      say(`retention.${on_withdraw}`),
    ].join(' '),
  recipients: ({ recipients }) =>
    recipients.length === 0 ? say('recipients.none') : say('recipients', { list: recipients.join('; ') }),
};

const ORDER: readonly TermKey[] = [
  'actions',
  'datatypes',
  'fields',
  'filter',
  'window',
  'privileges',
  'others_private',
  'granularity',
  'rate',
  'validity',
  'purpose',
  'retention',
  'recipients',
];
const PROMISES = new Set<string>(PROMISED);

/** One term in words; null: the clause sets nothing there. */
export function termText(term: TermKey, clause: Clause, titles: Titles): string | null {
  return WRITE[term](clause, titles);
}

/** All that a clause says, term by term, and who sees to it. */
export function termsOf(clause: Clause, titles: Titles = new Map()): Term[] {
  return ORDER.flatMap((term): Term[] => {
    const text = termText(term, clause, titles);
    return text === null ? [] : [{ term, text, by: PROMISES.has(term) ? 'service' : 'locker' }];
  });
}

function windowWords({ window: { since, until, rolling } }: Clause): string {
  const parts = [
    ...(since === undefined ? [] : [say('window.since', { time: time(since) })]),
    ...(until === undefined ? [] : [say('window.until', { time: time(until) })]),
    ...(rolling === undefined ? [] : [say('window.rolling', { duration: duration(rolling) })]),
  ];
  return parts.length === 0 ? say('window.any') : say('window', { list: list(parts) });
}

function granularityWords({ granularity: { bucket, min_group, max_items } }: Clause): string | null {
  const parts = [
    ...(bucket === undefined ? [] : [say('granularity.bucket', { bucket: say(`bucket.${bucket}`) })]),
    ...(min_group === undefined ? [] : [say('granularity.min_group', { count: min_group })]),
    ...(max_items === undefined ? [] : [say('granularity.max_items', { count: max_items })]),
  ];
  return parts.length === 0 ? null : parts.join(' ');
}

function rateWords({ rate }: Clause): string {
  const parts = (['per_hour', 'rows_per_day', 'bytes_per_day'] as const).flatMap((name) => {
    const count = rate[name];
    return count === undefined ? [] : [say(`rate.${name}`, { count })];
  });
  return parts.length === 0 ? say('rate.any') : say('rate', { list: list(parts) });
}

function validityWords({ validity: { from, until, renewal } }: Clause): string {
  const term =
    from === undefined
      ? until === undefined
        ? say('validity.any')
        : say('validity.until', { until: time(until) })
      : until === undefined
        ? say('validity.from', { from: time(from) })
        : say('validity.both', { from: time(from), until: time(until) });
  return renewal === 'ask' && until !== undefined ? `${term} ${say('validity.ask')}` : term;
}
