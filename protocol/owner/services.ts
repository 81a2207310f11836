import { z } from 'zod';
import { AnyDatatype } from '../datatypes.ts';
import { Clause, Instant } from '../contract/clause.ts';
import { GrantEvent, GrantState, LogEntry, SignedReceipt } from '../contract/grant.ts';
import { ClientKind, Controller, Limits, OwnerPolicy } from '../contract/offer.ts';
import { JsonObject } from '../json.ts';
import { Count } from './data.ts';

/** Services: who asks, who has access, to what, and what was read. */

/** Who is asking. `host` was verified by fetching the client's document over TLS; null for a program on this computer. */
export const ServiceIdentity = z.strictObject({
  id: z.string(),
  clientId: z.string(),
  kind: ClientKind,
  /** The name it gives itself: shown beside the host, never alone. */
  name: z.string(),
  host: z.string().nullable(),
  controller: Controller,
  notice: z.string().nullable(),
});
export type ServiceIdentity = z.infer<typeof ServiceIdentity>;

/** One term of a clause in words, made from the effective clause; never wider or vaguer than it. */
export const Term = z.strictObject({
  term: z.enum([
    'actions',
    'datatypes',
    'fields',
    'filter',
    'window',
    'privileges',
    'granularity',
    'rate',
    'validity',
    'others_private',
    'purpose',
    'retention',
    'recipients',
  ]),
  text: z.string(),
  by: z.enum(['locker', 'service']),
});
export type Term = z.infer<typeof Term>;

/** A clause as screens draw it. */
export const ClauseView = z.strictObject({
  clause: Clause,
  /** What the service calls it, in the owner's language where it has it. */
  title: z.string(),
  explanation: z.string(),
  required: z.boolean(),
  terms: z.array(Term),
  /** Warnings that go with it: that texts may name people, that others' private posts are included… */
  cautions: z.array(z.string()),
});
export type ClauseView = z.infer<typeof ClauseView>;

/** What changes against what is in force: for merge, replace and new versions. */
export const ClauseChange = z.strictObject({
  clauseId: z.string(),
  change: z.enum(['added', 'removed', 'narrower', 'wider', 'text', 'same']),
  /** Only what grows or shrinks, in words. */
  texts: z.array(z.string()),
});
export type ClauseChange = z.infer<typeof ClauseChange>;

/** A request that waits for the owner. At most one per client, three in all, ten minutes each. */
export const AccessRequest = z.strictObject({
  id: z.string(),
  kind: z.enum(['new', 'merge', 'replace', 'version']),
  service: ServiceIdentity,
  /** Grant that it changes; null for a new one. */
  grant: z.string().nullable(),
  at: Instant,
  expires: Instant,
  clauses: z.array(ClauseView),
  changes: z.array(ClauseChange),
  /** Who was responsible until now, where that changes. */
  controllerBefore: Controller.nullable(),
  /** Three two-digit numbers of which one is on the waiting page; null where no page waits (a version). */
  numbers: z.array(z.int().min(10).max(99)).length(3).nullable(),
  /** A tab of this computer shows the waiting page now. */
  tabWaiting: z.boolean(),
});
export type AccessRequest = z.infer<typeof AccessRequest>;
export const AccessRequests = z.strictObject({ items: z.array(AccessRequest) });

/** The owner's choices, clause by clause. */
export const Choice = z.strictObject({ limits: Limits });
export const ClausePreview = z.strictObject({
  clauseId: z.string(),
  /** Null when the clause is off. */
  view: ClauseView.nullable(),
  byDatatype: z.array(z.strictObject({ datatype: AnyDatatype, count: Count, examples: z.array(JsonObject).max(5) })),
});
export type ClausePreview = z.infer<typeof ClausePreview>;
/** What would be released if the owner said yes now. */
export const Preview = z.strictObject({ clauses: z.array(ClausePreview) });
export type Preview = z.infer<typeof Preview>;

export const Decide = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('deny') }),
  /** `number` is the one the waiting page shows; absent only where no page waits. */
  z.strictObject({ decision: z.literal('allow'), number: z.int().optional(), limits: Limits }),
]);
export type Decide = z.infer<typeof Decide>;
export const Decided = z.strictObject({ grant: z.string().nullable() });

export const AddService = z.union([
  z.strictObject({ link: z.string().min(1).max(2048) }),
  z.strictObject({
    file: z.string().min(2).max(1_000_000),
    /** The program under that address that has other keys is replaced: its contracts end. */
    replace: z.boolean().optional(),
  }),
]);
/** What a link or file turned out to be; nothing is granted by it. */
export const ServiceAdded = z.strictObject({
  service: ServiceIdentity,
  clauses: z.array(ClauseView),
  /** Page of the service where access is asked for; null: start the program. */
  start: z.string().nullable(),
});
export type ServiceAdded = z.infer<typeof ServiceAdded>;

export const GrantSummary = z.strictObject({
  id: z.string(),
  state: GrantState,
  revision: z.int(),
  since: Instant,
  until: Instant.nullable(),
  lastUsed: Instant.nullable(),
  /** One line: what it may see. */
  summary: z.string(),
});
export type GrantSummary = z.infer<typeof GrantSummary>;

export const ServiceCard = z.strictObject({
  service: ServiceIdentity,
  blocked: z.boolean(),
  grants: z.array(GrantSummary),
  /** Erasure demanded and not answered in time. */
  erasureOverdue: z.boolean(),
  /** Five bad tokens in a row, a changed offer under the same version, and the like. */
  warnings: z.array(z.string()),
  /** When the newest of them came; null: there is none. */
  warned: Instant.nullable(),
});
export type ServiceCard = z.infer<typeof ServiceCard>;
export const ServiceList = z.strictObject({ items: z.array(ServiceCard), waiting: Count, allPaused: z.boolean() });
export type ServiceList = z.infer<typeof ServiceList>;

export const DayUse = z.strictObject({
  date: z.iso.date(),
  requests: Count,
  refused: Count,
  rows: Count,
  bytes: Count,
});
export type DayUse = z.infer<typeof DayUse>;
export const Erasure = z.strictObject({
  demanded: Instant,
  deadline: Instant.nullable(),
  state: z.enum(['sent', 'answered', 'overdue', 'unreachable']),
  answered: Instant.nullable(),
  /** The service's signed answer. */
  answer: z.string().nullable(),
});
export type Erasure = z.infer<typeof Erasure>;

export const Revision = z.strictObject({
  revision: z.int(),
  at: Instant,
  event: GrantEvent,
  changes: z.array(ClauseChange),
});
export type Revision = z.infer<typeof Revision>;
export const GrantPage = z.strictObject({
  summary: GrantSummary,
  clauses: z.array(ClauseView),
  /** The clauses as the service offers them, for the limit controls. */
  offered: z.array(Clause),
  limits: Limits,
  revisions: z.array(Revision),
  days: z.array(DayUse),
  /** Fields, datatypes and clauses that were really read, by clause. */
  used: z.array(
    z.strictObject({ clauseId: z.string(), fields: z.array(z.string()), oldest: Instant.nullable(), rows: Count }),
  ),
  /** Limits that would leave just what it used in the last 30 days; null: it uses all it has. */
  tighten: Limits.nullable(),
  receipts: z.array(SignedReceipt),
  erasure: Erasure.nullable(),
  /** The service gave an address at which it is told of changes. */
  hasWebhook: z.boolean(),
});
export type GrantPage = z.infer<typeof GrantPage>;
export const ServicePage = z.strictObject({ card: ServiceCard, grants: z.array(GrantPage) });
export type ServicePage = z.infer<typeof ServicePage>;

export const ActivityKind = z.enum(['service', 'refused', 'algorithm', 'import', 'login', 'grant']);
export type ActivityKind = z.infer<typeof ActivityKind>;
export const ActivityQuery = z.strictObject({
  kind: ActivityKind.optional(),
  service: z.string().max(60).optional(),
  from: Instant.optional(),
  to: Instant.optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ActivityQuery = z.infer<typeof ActivityQuery>;
export const ActivityItem = z.strictObject({
  id: z.string(),
  kind: ActivityKind,
  at: Instant,
  /** Who: a service's name, an algorithm's, the owner. */
  who: z.string(),
  /** One sentence in plain words. */
  text: z.string(),
  entry: LogEntry.nullable(),
});
export type ActivityItem = z.infer<typeof ActivityItem>;
export const ActivityPage = z.strictObject({
  items: z.array(ActivityItem),
  next: z.string().nullable(),
  days: z.array(DayUse),
});
export type ActivityPage = z.infer<typeof ActivityPage>;
/** First thing that does not fit, in words; null: all chains hold. */
export const LogVerdict = z.strictObject({
  intact: z.boolean(),
  problem: z.string().nullable(),
  receipts: Count,
  entries: Count,
});
export type LogVerdict = z.infer<typeof LogVerdict>;

export { OwnerPolicy };
export const SetLimits = z.strictObject({ limits: Limits });
export const BlockService = z.strictObject({ blocked: z.boolean() });
/** Warnings up to this moment have been read. */
export const WarningsRead = z.strictObject({ upTo: Instant });
export const PauseAll = z.strictObject({ paused: z.boolean() });
/** A line of `watchRequests`: how many wait; sent at once and at each change. */
export const RequestsWaiting = z.strictObject({ waiting: Count });
