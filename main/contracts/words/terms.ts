import { PROMISED, type Clause } from '../../../protocol/contract/clause.ts';
import type { Term } from '../../../protocol/owner/services.ts';
import { conditionWords, datatypeWords, fieldWords, type Titles } from './names.ts';
import { purposeWords } from './purposes.ts';
import { duration, list, quoted, say, size, time } from './say.ts';

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

/** The kinds of records of a clause: posts by whom depends on the rest of it. */
export function kindWords(clause: Clause, titles: Titles): string[] {
  const posts = !isReading(clause)
    ? 'datatype.social.post.added'
    : clause.filter.some(({ field, op, value }) => field === 'mine' && op === 'eq' && value === true)
      ? 'datatype.social.post.yours'
      : 'datatype.social.post';
  return clause.datatypes.map((datatype) =>
    datatype === 'social.post' ? say(posts) : datatypeWords(datatype, titles),
  );
}

type Actions = readonly Clause['actions'][number][];

/** Under `aggregate` a query gives counts and nothing else. */
export function actionWords(actions: Actions, [privilege]: Clause['privileges']): string {
  const words = actions.map((action) =>
    say(action === 'query' && privilege === 'aggregate' ? 'action.query.aggregate' : `action.${action}`),
  );
  const last = words.pop() ?? '';
  // The parts hold commas of their own.
  return words.length === 0 ? last : `${words.join('; ')}; and ${last}`;
}

/** Each term in words, in the order in which it is read; null: the clause says nothing there. */
const WRITE: Readonly<Record<TermKey, Write>> = {
  actions: ({ actions, privileges }) => say('actions', { list: actionWords(actions, privileges) }),
  datatypes: (clause, titles) => say('datatypes', { list: list(kindWords(clause, titles)) }),
  fields: (clause) =>
    say(isReading(clause) ? (clause.privileges[0] === 'aggregate' ? 'fields.aggregate' : 'fields') : 'fields.added', {
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
  others_private: (clause) =>
    isReading(clause) ? say(clause.others_private ? 'others_private.true' : 'others_private.false') : null,
  purpose: ({ purpose }) => say('purpose', { list: list(purpose.map(purposeWords)) }),
  retention: ({ retention: { max, on_withdraw } }) =>
    [
      max === undefined ? say('retention.none') : say('retention.max', { duration: duration(max) }),
      say(`retention.${on_withdraw}`),
    ].join(' '),
  recipients: ({ recipients }) =>
    recipients.length === 0 ? say('recipients.none') : say('recipients', { list: list(recipients.map(quoted)) }),
};

const ORDER: readonly TermKey[] = [
  'datatypes',
  'actions',
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

function windowWords(clause: Clause): string | null {
  const { since, until, rolling } = clause.window;
  const parts = [
    ...(since === undefined ? [] : [say('window.since', { time: time(since) })]),
    ...(until === undefined ? [] : [say('window.until', { time: time(until) })]),
    ...(rolling === undefined ? [] : [say('window.rolling', { duration: duration(rolling) })]),
  ];
  if (parts.length === 0) return isReading(clause) ? say('window.any') : null;
  return say('window', { list: list(parts) });
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
  const { per_hour, rows_per_day, bytes_per_day } = rate;
  const parts = [
    ...(per_hour === undefined ? [] : [say('rate.per_hour', { count: per_hour })]),
    ...(rows_per_day === undefined ? [] : [say('rate.rows_per_day', { count: rows_per_day })]),
    ...(bytes_per_day === undefined ? [] : [say('rate.bytes_per_day', { size: size(bytes_per_day) })]),
  ];
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
