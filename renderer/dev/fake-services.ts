import type { SignedReceipt } from '../../protocol/contract/grant.ts';
import type { Limits, OwnerPolicy } from '../../protocol/contract/offer.ts';
import { SERVICE_ROUTES } from '../../protocol/owner/service-routes.ts';
import type { PostView } from '../../protocol/owner/data.ts';
import type {
  AccessRequest,
  ActivityItem,
  DayUse,
  GrantPage,
  ServiceCard,
  ServiceIdentity,
} from '../../protocol/owner/services.ts';
import { effectiveOf, makeClause, previewOf, viewOf } from './fake-contract.ts';

export type Asks = 'new' | 'merge' | 'version' | 'local' | 'two' | 'none';
type Name = keyof typeof SERVICE_ROUTES;
type Handler = (input: { params: Record<string, unknown>; query: Record<string, unknown> }, raw: unknown) => unknown;

const DAY = 86_400_000;
const at = (daysAgo: number): string => new Date(Date.now() - daysAgo * DAY).toISOString();
const RECEIPT_GRANT = 'AAAAAAAAAAAAAAAAAAAAAA';
const HASH = 'q3Jt8x0Wm1yVb5dN2cKfLr7pZs9uEaGhTiOoXnMwQ4A';

function identity(id: string, host: string | null, name: string): ServiceIdentity {
  return {
    id,
    clientId: host === null ? 'http://127.0.0.1:7777/client' : `https://${host}/client`,
    kind: host === null ? 'local' : 'remote',
    name,
    host,
    controller: {
      name: `${name} Ltd`,
      address: '12 Canal Street, 10115 Berlin',
      contact: `privacy@${host ?? 'tool.example'}`,
      jurisdiction: 'DE',
    },
    notice: host === null ? null : `https://${host}/privacy`,
  };
}

const NEWCOMER = identity('s-new', 'newcomer.example', 'Newcomer Social');
const STATS = identity('s-stats', 'year-in-posts.example', 'Year in Posts');
const TOOL = identity('s-tool', null, 'Backup tool');
const CLAUSES = [
  makeClause({}),
  makeClause({
    clause_id: 'follows',
    datatypes: ['social.follow', 'social.list'],
    fields: ['object', 'published', 'name'],
    privileges: ['pseudonymous'],
    window: {},
    rate: {},
    necessity: 'optional',
    purpose_text: { en: { short: 'Find the people you know', long: 'To show you who of them is here already.' } },
    recipients: ['friends-index.example'],
    others_private: true,
  }),
  makeClause({
    clause_id: 'write',
    actions: ['append', 'update', 'delete'],
    fields: ['content', 'published', 'tags'],
    window: {},
    rate: { per_hour: 60 },
    necessity: 'optional',
    purpose_text: { en: { short: 'Keep what you post here in your locker', long: '' } },
  }),
];

function makeDays(): DayUse[] {
  return [1, 2, 3, 5, 6, 9, 12, 13, 14, 20, 21].map((ago, n) => ({
    date: at(ago).slice(0, 10),
    requests: 4 + ((n * 7) % 11),
    refused: n === 3 ? 2 : 0,
    rows: 40 + ((n * 97) % 380),
    bytes: 12_000 + n * 3400,
  }));
}

function makeReceipts(grant: string, service: ServiceIdentity): SignedReceipt[] {
  return (['granted', 'limited', 'day closed', 'day closed', 'day closed', 'paused', 'resumed'] as const).map(
    (event, n) => ({
      receipt: {
        identifier: `urn:uuid:0000000${String(n)}`,
        grant_id: grant,
        number: n + 1,
        event,
        at: at(30 - n * 3),
        data_subject: 'the owner of this locker',
        data_controller: { client_id: service.clientId, name: service.name, contact: service.controller.contact },
        notice: service.notice,
        offer: { id: `${service.clientId}/offer`, version: 1, digest: HASH },
        revision: Math.min(n + 1, 2),
        clauses_hash: HASH,
        day: null,
        previous: n === 0 ? null : HASH,
      },
      jws: 'eyJhbGciOiJFZERTQSJ9..c2lnbmVk',
    }),
  );
}

function makeGrant(id: string, service: ServiceIdentity, state: GrantPage['summary']['state']): GrantPage {
  const limits: Limits = [
    { clause_id: 'posts', off: false, fields: ['content', 'published', 'tags', 'language', 'likes'] },
    { clause_id: 'write', off: true },
  ];
  return {
    summary: {
      id,
      state,
      revision: 2,
      since: at(30),
      until: state === 'active' ? at(-60) : null,
      lastUsed: at(0.1),
      summary: 'Reads your posts of the last year with 5 fields, and your follows with names replaced.',
    },
    clauses: effectiveOf(CLAUSES, limits).map(viewOf),
    offered: CLAUSES,
    limits,
    revisions: [
      { revision: 1, at: at(30), event: 'granted', changes: [] },
      {
        revision: 2,
        at: at(27),
        event: 'limited',
        changes: [{ clauseId: 'posts', change: 'narrower', texts: ['no longer: author, boosts, link'] }],
      },
    ],
    days: makeDays(),
    used: [
      { clauseId: 'posts', fields: ['content', 'published', 'tags'], oldest: at(88), rows: 2214 },
      { clauseId: 'follows', fields: [], oldest: null, rows: 0 },
    ],
    tighten:
      state === 'active'
        ? [
            { clause_id: 'posts', off: false, fields: ['content', 'published', 'tags'], window: { rolling: 'P90D' } },
            { clause_id: 'follows', off: true },
            { clause_id: 'write', off: true },
          ]
        : null,
    receipts: makeReceipts(RECEIPT_GRANT, service),
    erasure:
      state === 'withdrawn'
        ? { demanded: at(40), deadline: at(10), state: 'overdue', answered: null, answer: null }
        : null,
    hasWebhook: service.host !== null,
  };
}

function makeRequest(asks: Exclude<Asks, 'none' | 'two'>): AccessRequest {
  const more = asks === 'merge' || asks === 'version';
  return {
    id: `r-${asks}`,
    kind: asks === 'local' ? 'new' : asks,
    service: asks === 'local' ? TOOL : more ? STATS : NEWCOMER,
    grant: more ? 'g-stats' : null,
    at: at(0),
    expires: new Date(Date.now() + 9.6 * 60_000).toISOString(),
    clauses: CLAUSES.map(viewOf),
    changes: more
      ? [
          asks === 'merge'
            ? { clauseId: 'posts', change: 'same', texts: [] }
            : {
                clauseId: 'posts',
                change: 'wider',
                texts: [
                  'Also of each record: who made it.',
                  'Now: Only what was published in the last 365 days. Before: in the last 90 days.',
                ],
              },
          { clauseId: 'follows', change: 'same', texts: [] },
          { clauseId: 'write', change: 'added', texts: ['may add posts to your locker'] },
        ]
      : [],
    controllerBefore: asks === 'version' ? { ...STATS.controller, name: 'Year in Posts Foundation' } : null,
    numbers: asks === 'version' ? null : [17, 42, 88],
    tabWaiting: asks !== 'local',
  };
}

function makeActivity(): ActivityItem[] {
  const kinds = ['service', 'algorithm', 'service', 'refused', 'import', 'grant', 'login'] as const;
  const texts = {
    service: 'Asked to list posts, text, time of publication and tags: 50 records.',
    algorithm: 'Version 1.0.0 scored posts for a feed. Nothing but the scores left its sandbox.',
    refused: 'Wanted to list posts and was refused: Your contract does not cover that field.',
    import: 'Brought in 5,020 records.',
    grant: 'You made a contract. Revision 1.',
    login: 'Opened the screens by a launch link.',
  };
  const who = { algorithm: 'Hacker News heat', import: 'archive-2026.zip', login: 'You' };
  return Array.from({ length: 120 }, (_, n): ActivityItem => {
    const kind = kinds[n % kinds.length] ?? 'login';
    const ofService = kind === 'service' || kind === 'refused';
    return {
      id: `a${String(n)}`,
      kind,
      at: at(n / 9),
      who: kind === 'algorithm' || kind === 'import' || kind === 'login' ? who[kind] : 'year-in-posts.example',
      text: texts[kind],
      entry: ofService
        ? {
            grant_id: RECEIPT_GRANT,
            number: 400 - n,
            at: at(n / 9),
            clause_id: 'posts',
            action: 'query',
            datatype: 'social.post',
            fields: ['content', 'published', 'tags'],
            rows: kind === 'refused' ? 0 : 50,
            bytes: kind === 'refused' ? 0 : 18_340,
            outcome: kind === 'refused' ? 'refused' : 'answered',
            reason: kind === 'refused' ? 'field_not_granted' : null,
            revision: 2,
            previous: HASH,
            hash: HASH,
          }
        : null,
    };
  });
}

export interface FakeServices {
  readonly handlers: Record<Exclude<Name, 'watchRequests' | 'exportActivity'>, Handler>;
  /** Lines of a streamed route; the stream stays open. */
  readonly watch: () => Response;
  readonly bundle: () => Response;
}

/** Services, their requests and what they did, from memory. */
export function createFakeServices(asks: Asks, posts: () => readonly PostView[], empty: boolean): FakeServices {
  let requests: AccessRequest[] =
    asks === 'none' ? [] : asks === 'two' ? [makeRequest('new'), makeRequest('local')] : [makeRequest(asks)];
  let allPaused = false;
  const blocked = new Set<string>();
  const read = new Set<string>();
  let policy: OwnerPolicy = {
    never: ['social.message'],
    rolling: null,
    pseudonymousFor: [],
    neverOthersPrivate: true,
    longest: null,
  };
  const grants = new Map<string, { service: ServiceIdentity; grant: GrantPage }>(
    empty
      ? []
      : [
          ['g-stats', { service: STATS, grant: makeGrant('g-stats', STATS, 'active') }],
          ['g-tool', { service: TOOL, grant: makeGrant('g-tool', TOOL, 'withdrawn') }],
        ],
  );
  const watchers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const line = (): Uint8Array => new TextEncoder().encode(`${JSON.stringify({ waiting: requests.length })}\n`);

  const grantOf = (id: unknown): { service: ServiceIdentity; grant: GrantPage } => {
    const found = grants.get(String(id));
    if (found === undefined) throw new Error('grant_not_found');
    return found;
  };
  const change = (id: unknown, edit: (grant: GrantPage) => GrantPage): GrantPage => {
    const { service, grant } = grantOf(id);
    const next = edit(grant);
    grants.set(String(id), { service, grant: next });
    return next;
  };
  const withState = (grant: GrantPage, state: GrantPage['summary']['state']): GrantPage => ({
    ...grant,
    summary: { ...grant.summary, state },
  });
  const cardOf = (service: ServiceIdentity): ServiceCard => ({
    service,
    blocked: blocked.has(service.id),
    grants: [...grants.values()].filter((one) => one.service.id === service.id).map(({ grant }) => grant.summary),
    erasureOverdue: service.id === TOOL.id,
    ...(service.id === STATS.id && !read.has(service.id)
      ? { warnings: ['Five requests in a row came with a token that is not valid.'], warned: at(1) }
      : { warnings: [], warned: null }),
  });
  const requestOf = (id: unknown): AccessRequest => {
    const found = requests.find((request) => request.id === id);
    if (found === undefined) throw new Error('request_not_found');
    return found;
  };

  return {
    handlers: {
      services: () => ({
        items: empty ? [] : [STATS, TOOL].map(cardOf),
        waiting: requests.length,
        allPaused,
      }),
      addService: (_input, raw) => {
        const body = SERVICE_ROUTES.addService.body.parse(raw);
        if ('link' in body && !body.link.startsWith('https://')) throw new Error('address_invalid');
        const local = 'file' in body;
        return {
          service: local ? TOOL : NEWCOMER,
          clauses: CLAUSES.map(viewOf),
          start: local ? null : 'https://newcomer.example/start',
        };
      },
      pauseServices: (_input, raw) => {
        allPaused = SERVICE_ROUTES.pauseServices.body.parse(raw).paused;
        for (const [id, { grant }] of grants) {
          const from = allPaused ? 'active' : 'paused';
          if (grant.summary.state === from) change(id, (one) => withState(one, allPaused ? 'paused' : 'active'));
        }
        return { done: true };
      },
      service: ({ params }) => {
        const service = [STATS, TOOL, NEWCOMER].find(({ id }) => id === params['id']);
        if (service === undefined) throw new Error('service_not_found');
        const held = [...grants.values()].filter((one) => one.service.id === service.id).map(({ grant }) => grant);
        return { card: cardOf(service), grants: held };
      },
      blockService: ({ params }, raw) => {
        const id = String(params['id']);
        if (SERVICE_ROUTES.blockService.body.parse(raw).blocked) blocked.add(id);
        else blocked.delete(id);
        return { done: true };
      },
      dismissWarnings: ({ params }) => {
        read.add(String(params['id']));
        return { done: true };
      },
      accessRequests: () => ({ items: requests }),
      previewRequest: ({ params }, raw) =>
        previewOf(
          requestOf(params['id']).clauses.map(({ clause }) => clause),
          SERVICE_ROUTES.previewRequest.body.parse(raw).limits,
          posts(),
        ),
      decideRequest: ({ params }, raw) => {
        const decision = SERVICE_ROUTES.decideRequest.body.parse(raw);
        const request = requestOf(params['id']);
        if (decision.decision === 'allow' && request.numbers !== null && decision.number !== 42) {
          throw new Error('wrong_number');
        }
        requests = requests.filter((one) => one !== request);
        for (const watcher of watchers) watcher.enqueue(line());
        if (decision.decision === 'deny') return { grant: null };
        const id = request.grant ?? 'g-new';
        const grant = grants.get(id)?.grant ?? makeGrant(id, request.service, 'active');
        grants.set(id, { service: request.service, grant: { ...grant, limits: decision.limits } });
        return { grant: id };
      },
      previewLimits: ({ params }, raw) =>
        previewOf(grantOf(params['id']).grant.offered, SERVICE_ROUTES.previewLimits.body.parse(raw).limits, posts()),
      setLimits: ({ params }, raw) =>
        change(params['id'], (grant) => {
          const { limits } = SERVICE_ROUTES.setLimits.body.parse(raw);
          return { ...grant, limits, clauses: effectiveOf(grant.offered, limits).map(viewOf) };
        }),
      pauseGrant: ({ params }, raw) => {
        const { paused } = SERVICE_ROUTES.pauseGrant.body.parse(raw);
        change(params['id'], (grant) => withState(grant, paused ? 'paused' : 'active'));
        return { done: true };
      },
      withdrawGrant: ({ params }) => {
        change(params['id'], (grant) => ({
          ...withState(grant, 'withdrawn'),
          clauses: [],
          erasure: { demanded: at(0), deadline: at(-30), state: 'sent', answered: null, answer: null },
        }));
        return { done: true };
      },
      getPolicy: () => policy,
      savePolicy: (_input, raw) => (policy = SERVICE_ROUTES.savePolicy.body.parse(raw)),
      activity: ({ query }) => {
        const items = empty
          ? []
          : makeActivity().filter((item) => query['kind'] === undefined || item.kind === query['kind']);
        const from = Number(query['cursor'] ?? 0);
        return {
          items: items.slice(from, from + 50),
          next: from + 50 < items.length ? String(from + 50) : null,
          days: empty ? [] : makeDays(),
        };
      },
      verifyActivity: () => ({ intact: true, problem: null, receipts: 14, entries: 612 }),
    },
    watch: () => {
      let mine: ReadableStreamDefaultController<Uint8Array> | null = null;
      return new Response(
        new ReadableStream<Uint8Array>({
          start(controller) {
            mine = controller;
            watchers.add(controller);
            controller.enqueue(line());
          },
          cancel() {
            if (mine !== null) watchers.delete(mine);
          },
        }),
      );
    },
    bundle: () => new Response(`${JSON.stringify({ format: 'data-locker-bundle/1', made: at(0), grants: [] })}\n`),
  };
}
