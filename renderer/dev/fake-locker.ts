import type { ExportedRecord, PostView } from '../../protocol/owner/data.ts';
import { ERRORS, isErrorCode } from '../../protocol/errors.ts';
import type { Exception, FeedRequest, MutedWords } from '../../protocol/owner/feed.ts';
import { Act } from '../../protocol/owner/data.ts';
import { ROUTES as OTHER_ROUTES, type Route } from '../../protocol/owner/routes.ts';
import { SERVICE_ROUTES } from '../../protocol/owner/service-routes.ts';
import type { Settings } from '../../protocol/owner/settings.ts';
import type { ImportRun, Subscription } from '../../protocol/owner/sources.ts';
import { makeCards, makeMix, mixerAnswers } from './fake-algorithms.ts';
import { FakeFeeds } from './fake-feed.ts';
import { makePosts, rowOf } from './fake-posts.ts';
import { createFakeServices, type Asks } from './fake-services.ts';

const ROUTES = { ...OTHER_ROUTES, ...SERVICE_ROUTES } as const;
type RouteName = keyof typeof ROUTES;

export interface FakeOptions {
  posts: number;
  state: 'new' | 'open';
  theme: Settings['theme'];
  /** Which service asks. */
  asks: Asks;
  /** Nothing is there yet: no post, no service. */
  empty: boolean;
}

/** What a handler gets: already parsed by the route's own schemas, so reading a member is safe. */
type Input = Record<'params' | 'query' | 'body', Record<string, unknown>>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const RUN: ImportRun = {
  id: 'run-1',
  name: 'archive-2026.zip',
  state: 'done',
  startedAt: Date.now() - 90_000,
  endedAt: Date.now() - 60_000,
  progress: 1,
  leftMs: 0,
  problem: null,
  report: {
    kind: 'mastodon',
    files: 14,
    added: 5020,
    changed: 3,
    unchanged: 11,
    deletedByYou: 1,
    byDatatype: { 'social.post': 4200, 'social.reaction': 620, 'social.follow': 200 },
    skipped: [
      { reason: 'No address and no time', count: 4, examples: ['outbox.json, entry 311', 'outbox.json, entry 402'] },
    ],
    unknownFields: [{ field: 'quoteAuthorization', count: 12 }],
    subscriptions: 0,
  },
};

/** A `fetch` that answers the routes of the owner API from memory. */
export function createFakeLocker(options: FakeOptions): typeof globalThis.fetch {
  let state: 'new' | 'open' = options.state;
  let posts = makePosts(options.posts, Date.now());
  let feeds = new FakeFeeds(posts);
  let mix = makeMix();
  let words: MutedWords = {
    words: [{ value: 'ferry', targets: ['content', 'tag'], severity: 3, excludeFollowing: false, expiresAt: null }],
    hosts: ['spam.example'],
  };
  let settings: Settings = {
    autoLockMinutes: 0,
    language: 'en',
    theme: options.theme,
    remoteMedia: 'ask',
    timeZone: 'Europe/Berlin',
  };
  let exceptions: Exception[] = [];
  let runs: ImportRun[] = [RUN];
  let deleted: PostView[] = [];
  let subscriptions: Subscription[] = [
    {
      id: 's1',
      url: 'https://paper.example/feed.xml',
      title: 'The Canal Paper',
      intervalMinutes: 60,
      enabled: true,
      allowLoopback: false,
      lastPolledAt: Date.now() - 600_000,
      lastChangedAt: Date.now() - 7_200_000,
      lastProblem: null,
      items: 212,
    },
    {
      id: 's2',
      url: 'https://gone.example/rss',
      title: 'Gone but listed',
      intervalMinutes: 1440,
      enabled: true,
      allowLoopback: false,
      lastPolledAt: Date.now() - 900_000,
      lastChangedAt: null,
      lastProblem: 'fetch_failed',
      items: 0,
    },
  ];
  const find = (id: string): PostView => {
    const post = posts.find((candidate) => candidate.id === id);
    if (post === undefined) throw new Error('record_not_found');
    return post;
  };
  const detail = (post: PostView): object => ({
    row: rowOf(post),
    body: {
      type: 'Note',
      content: post.html,
      published: new Date(post.published ?? 0).toISOString(),
      sensitive: post.sensitive,
    },
    overlay: null,
    runs: [{ id: RUN.id, at: RUN.startedAt, name: RUN.name }],
    publishedText: null,
    timeEstimated: post.timeEstimated,
    post,
  });

  const services = createFakeServices(options.asks, () => posts, options.empty);

  const handlers: Partial<Record<RouteName, (input: Input, raw: unknown) => unknown>> = {
    status: () => ({ state, version: '0.1.0', sample: false, problem: null }),
    createLocker: () => {
      state = 'open';
      posts = [];
      feeds = new FakeFeeds(posts);
      runs = [];
      return { token: 'made-up', idleMinutes: 30, recoveryCode: 'K7QF-2MNV-9XTD-4HJW-6RPB-YC3E' };
    },
    openSession: ({ body }) => {
      if (body['passphrase'] === 'wrong passphrase') throw new Error('wrong_passphrase');
      return { token: 'made-up', idleMinutes: 30 };
    },
    recover: () => ({ token: 'made-up', idleMinutes: 30, recoveryCode: 'NEW7-2MNV-9XTD-4HJW-6RPB-YC3E' }),
    lock: () => ({ done: true }),
    changePassphrase: () => ({ done: true }),
    newRecoveryCode: () => ({ recoveryCode: 'NEW7-2MNV-9XTD-4HJW-6RPB-YC3E' }),
    makeFeed: (_input, raw) => {
      const request: FeedRequest = ROUTES.makeFeed.body.parse(raw);
      return feeds.make(request.mix ?? mix, request.order, request.limit, request.previous);
    },
    feedPage: ({ params, query }) =>
      feeds.page(text(params['id']), number(query['offset'], 0), number(query['limit'], 40)),
    feedHidden: ({ params, query }) =>
      feeds.hidden(text(params['id']), number(query['offset'], 0), number(query['limit'], 40)),
    feedNew: () => ({ count: 3 }),
    feedPosition: () => ({ done: true }),
    feedWhy: ({ params }) => {
      const { rank, newest, total } = feeds.rankOf(text(params['id']), text(params['record']));
      const share = (entry: string, name: string, weight: number, part: number, value: number): object => ({
        entry,
        algorithm: `example.${entry}`,
        name,
        weight,
        rank: value,
        share: part,
        estimated: false,
        contributions: [
          { name: 'Likes', value: 0.41, rankWithout: 37 },
          { name: 'Age', value: -0.12, rankWithout: null },
        ],
      });
      return {
        rank,
        total,
        newestRank: newest,
        blended: 0.8,
        shares: [
          share('heat', 'Hacker News heat', 1, 0.62, 0.97),
          share('unusual', 'Unusually good for this author', 0.6, 0.27, 0.81),
          share('newest', 'Newest first', 0.4, 0.11, 0.4),
        ],
        dampers: [],
        rearranged: [
          {
            entry: 'spread',
            name: 'Spread',
            before: 9,
            after: rank ?? 9,
            reason: { code: 'author', text: 'the author already has a post above' },
          },
        ],
        marks: [],
        sentence: 'It would be 37th without its likes.',
      };
    },
    getMix: () => mix,
    mixes: () => ({ current: mix.id, items: [mix] }),
    ...mixerAnswers(() => posts.length),
    saveMix: (_input, raw) => (mix = ROUTES.saveMix.body.parse(raw)),
    algorithms: () => ({ items: makeCards() }),
    algorithmSource: () => ({
      code: 'module.exports = {\n  score(batch) {\n    return { score: batch.f64.ageHours.map((hours) => -hours) };\n  },\n};\n',
      page: '# Newest first\n\nThe score is minus the age in hours.',
    }),
    resumeAlgorithm: () => ({ done: true }),
    getWords: () => words,
    saveWords: (_input, raw) => (words = ROUTES.saveWords.body.parse(raw)),
    exceptions: () => ({ items: exceptions }),
    makeException: (_input, raw) => {
      const { algorithm, target, record } = ROUTES.makeException.body.parse(raw);
      const post = find(record);
      const made: Exception = {
        id: `e${exceptions.length + 1}`,
        algorithm,
        target,
        uri: post.uri ?? '',
        name: post.author?.name ?? '',
        createdAt: Date.now(),
      };
      exceptions = [...exceptions, made];
      return made;
    },
    dropException: ({ params }) => {
      exceptions = exceptions.filter((exception) => exception.id !== params['id']);
      return { done: true };
    },
    makeAct: (_input, raw) => {
      const { act, record } = ROUTES.makeAct.body.parse(raw);
      find(record).acts.push(act);
      return { id: `${act}:${record}` };
    },
    undoAct: ({ params }) => {
      const [name, record = ''] = text(params['id']).split(':');
      const act = Act.parse(name);
      const post = find(record);
      post.acts = post.acts.filter((other) => other !== act);
      return { done: true };
    },
    beginUpload: () => ({ upload: 'u1' }),
    startImport: (_input, raw) => {
      const { name } = ROUTES.startImport.body.parse(raw);
      const run: ImportRun = {
        ...RUN,
        id: `run-${runs.length + 1}`,
        name,
        state: 'running',
        startedAt: Date.now(),
        endedAt: null,
        progress: 0,
        leftMs: 4000,
      };
      runs = [run, ...runs];
      return { id: run.id };
    },
    imports: () => ({ items: runs }),
    cancelImport: ({ params }) => {
      runs = runs.map((run) => (run.id === params['id'] ? { ...run, state: 'cancelled', endedAt: Date.now() } : run));
      return { done: true };
    },
    undoImport: ({ params }) => {
      runs = runs.map((run) => (run.id === params['id'] ? { ...run, state: 'undone' } : run));
      return { removed: 5020, kept: 2 };
    },
    subscriptions: () => ({ items: subscriptions }),
    addSubscription: (_input, raw) => {
      const { url, intervalMinutes = 60, allowLoopback = false } = ROUTES.addSubscription.body.parse(raw);
      if (!url.startsWith('http')) throw new Error('address_invalid');
      const made: Subscription = {
        id: `s${subscriptions.length + 1}`,
        url,
        title: url,
        intervalMinutes,
        enabled: true,
        allowLoopback,
        lastPolledAt: null,
        lastChangedAt: null,
        lastProblem: null,
        items: 0,
      };
      subscriptions = [...subscriptions, made];
      return made;
    },
    changeSubscription: ({ params }, raw) => {
      const { enabled, intervalMinutes } = ROUTES.changeSubscription.body.parse(raw);
      subscriptions = subscriptions.map((one) =>
        one.id === params['id']
          ? { ...one, enabled: enabled ?? one.enabled, intervalMinutes: intervalMinutes ?? one.intervalMinutes }
          : one,
      );
      return subscriptions.find((one) => one.id === params['id']);
    },
    dropSubscription: ({ params }) => {
      subscriptions = subscriptions.filter((one) => one.id !== params['id']);
      return { done: true };
    },
    pollSubscription: () => ({ added: 2, changed: 0, unchanged: 18, problem: null }),
    dataSummary: () => ({
      total: posts.length,
      byDatatype: [{ datatype: 'social.post', count: posts.length }],
      bySource: [{ source: 'https://town.example/users/me', count: posts.length }],
      oldest: posts.at(-1)?.published ?? null,
      newest: posts[0]?.published ?? null,
    }),
    records: ({ query }) => {
      const q = text(query['q']).toLowerCase();
      const hits = posts.filter((post) => q === '' || post.text.toLowerCase().includes(q));
      const from = Number(text(query['cursor']) || 0);
      const limit = number(query['limit'], 50);
      return {
        items: hits.slice(from, from + limit).map(rowOf),
        next: from + limit < hits.length ? String(from + limit) : null,
      };
    },
    record: ({ params }) => detail(find(text(params['id']))),
    editRecord: ({ params }) => detail(find(text(params['id']))),
    deleteRecords: (_input, raw) => {
      const { ids } = ROUTES.deleteRecords.body.parse(raw);
      deleted = posts.filter((post) => ids.includes(post.id));
      posts = posts.filter((post) => !ids.includes(post.id));
      return { deleted: deleted.length, undo: 'undo-1' };
    },
    undoDelete: () => {
      posts = [...posts, ...deleted].sort((a, b) => (b.published ?? 0) - (a.published ?? 0));
      return { restored: deleted.length };
    },
    getSettings: () => settings,
    saveSettings: (_input, raw) => (settings = ROUTES.saveSettings.body.parse(raw)),
    system: () => ({
      version: '0.1.0',
      node: '26.10.0',
      sqlite: '3.53.0',
      dataFolder: '/home/owner/locker',
      sandbox: {
        wall: 'bubblewrap',
        permission: true,
        ulimit: true,
        note: 'Algorithms run without files, network or other programs.',
      },
      warnings: [],
    }),
    ...services.handlers,
  };

  const matchers = Object.entries(ROUTES).map(([name, route]) => ({
    name,
    route,
    pattern: new RegExp(`^${route.path.replace(/:[a-z]+/g, '([^/]+)')}$`),
    params: [...route.path.matchAll(/:([a-z]+)/g)].map((match) => match[1] ?? ''),
  }));
  const isName = (name: string): name is RouteName => Object.hasOwn(ROUTES, name);

  function progress(id: string): Response {
    const encoder = new TextEncoder();
    const stream = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (let step = 1; step <= 8; step++) {
          await new Promise((resolve) => setTimeout(resolve, 400));
          runs = runs.map((run) =>
            run.id === id && run.state === 'running'
              ? { ...run, progress: step / 8, leftMs: (8 - step) * 400, state: step === 8 ? 'done' : 'running' }
              : run,
          );
          const run = runs.find((candidate) => candidate.id === id);
          controller.enqueue(encoder.encode(`${JSON.stringify(run)}\n`));
          if (run?.state !== 'running') break;
        }
        controller.close();
      },
    });
    return new Response(stream);
  }

  return async (resource, init) => {
    const url = new URL(
      typeof resource === 'string' ? resource : resource instanceof URL ? resource : resource.url,
      location.href,
    );
    const method = init?.method ?? 'GET';
    const found = matchers.find((matcher) => matcher.route.method === method && matcher.pattern.test(url.pathname));
    if (found === undefined || !isName(found.name)) return new Response('{}', { status: 404 });
    const values = found.pattern.exec(url.pathname)?.slice(1) ?? [];
    const params = Object.fromEntries(found.params.map((name, n) => [name, decodeURIComponent(values[n] ?? '')]));
    if (found.name === 'watchRequests') return services.watch();
    if (found.name === 'exportActivity') return services.bundle();
    if (found.name === 'exportRecords') {
      const lines = posts.map((post) =>
        JSON.stringify({
          datatype: 'social.post',
          source: post.source,
          published: post.published === null ? null : new Date(post.published).toISOString(),
          mine: post.mine,
          edited: false,
          record: { id: post.uri, type: 'Note', content: post.html },
        } satisfies ExportedRecord),
      );
      return new Response(lines.map((line) => `${line}\n`).join(''));
    }
    if (found.name === 'importProgress') return progress(params['id'] ?? '');
    const raw: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
    const route: Route = found.route;
    const query: unknown = route.query?.parse(Object.fromEntries(url.searchParams)) ?? {};
    try {
      const body = typeof raw === 'object' && raw !== null ? Object.fromEntries(Object.entries(raw)) : {};
      const answer: unknown = handlers[found.name]?.(
        {
          params,
          query: typeof query === 'object' && query !== null ? Object.fromEntries(Object.entries(query)) : {},
          body,
        },
        raw,
      );
      return new Response(JSON.stringify(answer ?? null), { status: 200 });
    } catch (error) {
      const code = error instanceof Error && isErrorCode(error.message) ? error.message : 'internal';
      const { status, title } = ERRORS[code];
      return new Response(JSON.stringify({ type: 'about:blank', title, status, code }), { status });
    }
  };
}
