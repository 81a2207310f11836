import type { LogEntry } from '../../../protocol/contract/grant.ts';
import { LockerError } from '../../../protocol/errors.ts';
import type {
  ActivityItem,
  ActivityKind,
  ActivityPage,
  ActivityQuery,
  DayUse,
} from '../../../protocol/owner/services.ts';
import type { KeptDay, Store } from '../../store/index.ts';
import { dateOf, dayOf } from '../log/day-closing.ts';
import { feedText, importText, loginText, receiptText, requestText, tokensText } from './sentences.ts';

/** Days that the chart shows where no period is chosen. */
const CHART_DAYS = 30;
const MOST_CHART_DAYS = 731;
/** Where a page ends: the moment of its last item, and how many of that moment were shown. */
const CURSOR = /^(\d{1,15})\.(\d{1,4})$/;

interface Span {
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
}
/** Items of one kind, the newest first; of one moment always in the same order. */
type Source = (span: Span, service: string | undefined) => Promise<ActivityItem[]>;

export interface ActivityOptions {
  readonly store: Pick<Store, 'read'>;
  readonly now: () => number;
}

/** What was done with the data, by whomever: one list in the order of time, with the totals of services by day. */
export function createActivity({ store, now }: ActivityOptions): (query: ActivityQuery) => Promise<ActivityPage> {
  async function names(): Promise<(grantOrService: string) => string> {
    const [services, grants] = await Promise.all([
      store.read('contracts.services', {}),
      store.read('contracts.grants', { live: false }),
    ]);
    const byId = new Map(services.map(({ id, name, host }) => [id, host === null ? name : `${name} (${host})`]));
    for (const { id, service } of grants) byId.set(id, byId.get(service) ?? 'a service');
    return (id) => byId.get(id) ?? 'a service';
  }

  function requests(refused: boolean, nameOf: (id: string) => string): Source {
    return async (span, service) => {
      const choice = service === undefined ? {} : { service };
      const entries = await store.read('contracts.logPage', { ...span, ...choice, refused });
      return entries.map((entry: LogEntry) => ({
        id: `${entry.grant_id}.${entry.number}`,
        kind: refused ? 'refused' : 'service',
        at: entry.at,
        who: nameOf(entry.grant_id),
        text: requestText(entry),
        entry,
      }));
    };
  }

  function sources(nameOf: (id: string) => string): Readonly<Record<ActivityKind, readonly Source[]>> {
    return {
      service: [requests(false, nameOf)],
      refused: [
        requests(true, nameOf),
        async (span, service) => {
          const choice = service === undefined ? {} : { service };
          const minutes = await store.read('logins.refusedTokens', { ...span, ...choice });
          return minutes.map(({ at, service: whose, count }) => ({
            ...bare('refused', `tokens.${at}.${whose ?? ''}`, at),
            who: whose === null ? 'not known' : nameOf(whose),
            text: tokensText(count),
          }));
        },
      ],
      grant: [
        async (span, service) => {
          const receipts = await store.read('activity.receipts', {
            ...span,
            ...(service === undefined ? {} : { service }),
          });
          return receipts.map(({ at, service: whose, receipt }) => ({
            ...bare('grant', `${receipt.grant_id}.receipt.${receipt.number}`, at),
            who: nameOf(whose),
            text: receiptText(receipt),
          }));
        },
      ],
      login: [
        ownersOnly(async (span) => {
          const logins = await store.read('logins.page', span);
          return logins.map(({ id, at, way }) => ({
            ...bare('login', `login.${id}`, at),
            who: 'you',
            text: loginText(way),
          }));
        }),
      ],
      import: [
        ownersOnly(async (span) => {
          const runs = await store.read('activity.imports', span);
          return runs.map(({ id, at, name, state }) => ({
            ...bare('import', `import.${id}`, at),
            who: 'you',
            text: importText(name, state),
          }));
        }),
      ],
      algorithm: [
        ownersOnly(async (span) => {
          const feeds = await store.read('activity.feeds', span);
          return feeds.flatMap(({ id, at, algorithms }) =>
            algorithms.map(({ algorithm, version, name }) => ({
              ...bare('algorithm', `feed.${id}.${algorithm}`, at),
              who: name,
              text: feedText(version),
            })),
          );
        }),
      ],
    };
  }

  async function chart({ service, from, to }: ActivityQuery): Promise<DayUse[]> {
    const last = dayOf(to === undefined ? now() : Date.parse(to) - 1);
    const first = from === undefined ? last - CHART_DAYS + 1 : dayOf(Date.parse(from));
    const days = await store.read('contracts.days', {
      ...(service === undefined ? {} : { service }),
      from: Math.max(first, last - MOST_CHART_DAYS + 1),
      to: last,
    });
    return daysOf(days);
  }

  return async (query) => {
    const position = positionOf(query.cursor);
    const [nameOf, days] = await Promise.all([names(), chart(query)]);
    const all = sources(nameOf);
    const chosen = query.kind === undefined ? Object.values(all).flat() : all[query.kind];
    const upTo = query.to === undefined ? Infinity : Date.parse(query.to);
    const to = Math.min(upTo, position === null ? Infinity : position.at + 1);
    const span: Span = {
      ...(query.from === undefined ? {} : { from: Date.parse(query.from) }),
      ...(to === Infinity ? {} : { to }),
      limit: query.limit + (position?.skip ?? 0) + 1,
    };
    const lists = await Promise.all(chosen.map((source) => source(span, query.service)));
    // A stable sort: items of one moment stay in the order of the sources.
    const items = lists.flat().sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
    const rest = position === null ? items : items.slice(skipped(items, position));
    const page = rest.slice(0, query.limit);
    return { items: page, next: rest.length > page.length ? cursorAfter(page, position) : null, days };
  };
}

function bare(kind: ActivityKind, id: string, at: number): Pick<ActivityItem, 'kind' | 'id' | 'at' | 'entry'> {
  return { kind, id, at: new Date(at).toISOString(), entry: null };
}

/** What the owner did is of no service. */
function ownersOnly(source: (span: Span) => Promise<ActivityItem[]>): Source {
  return async (span, service) => (service === undefined ? source(span) : []);
}

interface Position {
  readonly at: number;
  readonly skip: number;
}

function positionOf(cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  const [, at, skip] = CURSOR.exec(cursor) ?? [];
  if (at === undefined || skip === undefined) throw new LockerError('bad_cursor');
  return { at: Number(at), skip: Math.min(Number(skip), 4000) };
}

/** Newer items than the position may have come meanwhile; they are not of this page. */
function skipped(items: readonly ActivityItem[], { at, skip }: Position): number {
  return items.filter((item) => Date.parse(item.at) > at).length + skip;
}

function cursorAfter(page: readonly ActivityItem[], before: Position | null): string | null {
  const last = page.at(-1);
  if (last === undefined) return null;
  const at = Date.parse(last.at);
  const shown = page.filter((item) => Date.parse(item.at) === at).length;
  return `${at}.${shown + (before?.at === at ? before.skip : 0)}`;
}

/** Days of contracts added up, without those on which nothing was asked. */
export function daysOf(days: readonly Omit<KeptDay, 'hash'>[]): DayUse[] {
  const sums = new Map<number, DayUse>();
  for (const { day, requests, refused, rows, bytes } of days) {
    const sum = sums.get(day) ?? { date: dateOf(day), requests: 0, refused: 0, rows: 0, bytes: 0 };
    sums.set(day, {
      date: sum.date,
      requests: sum.requests + requests,
      refused: sum.refused + refused,
      rows: sum.rows + rows,
      bytes: sum.bytes + bytes,
    });
  }
  return [...sums.values()];
}
