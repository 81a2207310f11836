import type { LogEntry, Receipt } from '../../../protocol/contract/grant.ts';
import { ERRORS, isErrorCode } from '../../../protocol/errors.ts';
import { datatypeWords, fieldWords } from '../words/names.ts';
import { list, number } from '../words/say.ts';

/** One request of a service, in a sentence. */
export function requestText(entry: LogEntry): string {
  const what = entry.datatype === null ? 'its contract' : datatypeWords(entry.datatype, new Map());
  if (entry.outcome === 'refused') {
    const reason = entry.reason !== null && isErrorCode(entry.reason) ? ERRORS[entry.reason].title : 'It was refused.';
    return `Wanted to ${verb(entry.action)} ${what} and was refused: ${reason}`;
  }
  const isOwn = entry.datatype?.startsWith('x-') === true;
  const fields = entry.fields.length === 0 ? '' : `, ${list(entry.fields.map((field) => fieldWords(field, isOwn)))}`;
  const rows = entry.rows === 1 ? 'one record' : `${number(entry.rows)} records`;
  const end =
    entry.outcome === 'answered'
      ? ''
      : entry.outcome === 'stopped'
        ? ' It was stopped before the end.'
        : ' It could not be finished.';
  return `Asked to ${verb(entry.action)} ${what}${fields}: ${rows}.${end}`;
}

const VERBS: Readonly<Record<string, string>> = {
  read: 'look up',
  query: 'list, count or search',
  list: 'list',
  count: 'count',
  aggregate: 'count over time',
  subscribe: 'be told of changes of',
  append: 'add',
  update: 'change',
  delete: 'delete',
  media: 'load media of',
};

function verb(action: string): string {
  return VERBS[action] ?? 'use';
}

const EVENTS: Readonly<Record<Receipt['event'], string>> = {
  granted: 'You made a contract.',
  limited: 'The contract became narrower.',
  widened: 'The contract became wider.',
  paused: 'The contract was paused.',
  resumed: 'The contract was resumed.',
  withdrawn: 'The contract was withdrawn.',
  expired: 'The contract ran out.',
  'version accepted': 'A new version of the offer came into force.',
  'day closed': 'A day of the log was closed.',
};

export function receiptText({ event, revision }: Receipt): string {
  return `${EVENTS[event]} Revision ${revision}.`;
}

export function tokensText(count: number): string {
  return count === 1
    ? 'One request without a valid token was refused.'
    : `${number(count)} requests without a valid token were refused within a minute.`;
}

const WAYS: Readonly<Record<string, string>> = {
  passphrase: 'Opened the screens by the passphrase.',
  launch: 'Opened the screens by a launch link.',
  recovery: 'Opened the locker by the recovery code and set a new passphrase.',
  created: 'Made this locker.',
};

export function loginText(way: string): string {
  return WAYS[way] ?? 'Opened the screens.';
}

export function importText(name: string, state: string): string {
  return `Import of ${name}: ${state}.`;
}

export function feedText(version: string): string {
  return `Version ${version} scored posts for a feed. Nothing but the scores left its sandbox.`;
}
