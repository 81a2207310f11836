/**
 * Who may import whom. A room's row lists the other rooms it may use (through their `index.ts` only), the npm packages
 * and the `node:` modules. Everything else fails `npm run verify`; `build/boundaries.test.ts` shows that each rule bites.
 */
export interface Room {
  /** Folder, from the project's root. */
  readonly folder: string;
  /** Rooms whose face may be imported. `protocol` has no face: its files are the shapes themselves. */
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** `node:` modules without the prefix; `*`: any. */
  readonly node: readonly string[];
}

const FILES = ['fs', 'fs/promises', 'path', 'url', 'os'];
const BASIC = ['crypto', 'path', 'url', 'events', 'timers/promises', 'util', 'perf_hooks'];
const CAPABILITY_ROOMS = ['records', 'intake', 'contracts', 'feed', 'labels', 'market'].map((name) => `main/${name}`);
/** What the rooms that hold the product's abilities may use, and each other. */
const CAPABILITY = ['main/derive', 'main/store', 'main/vault', 'main/sandbox-host', ...CAPABILITY_ROOMS];

export const ROOMS: readonly Room[] = [
  { folder: 'protocol', rooms: [], packages: ['zod'], node: [] },
  { folder: 'algorithms', rooms: ['protocol'], packages: [], node: [] },
  {
    folder: 'sandbox',
    rooms: ['protocol'],
    packages: ['isolated-vm', 'zod'],
    node: [...BASIC, ...FILES, 'module', 'process', 'stream', 'v8'],
  },
  {
    folder: 'renderer',
    rooms: ['protocol'],
    packages: ['svelte', 'bits-ui', '@lucide/svelte', 'uplot', 'dompurify', '@tanstack/svelte-virtual', 'zod'],
    node: [],
  },
  { folder: 'main/derive', rooms: ['protocol'], packages: ['htmlparser2', 'zod'], node: BASIC },
  {
    folder: 'main/store',
    rooms: ['protocol', 'main/derive'],
    packages: ['kysely', 'better-sqlite3-multiple-ciphers', 'zod'],
    node: [...BASIC, ...FILES, 'module', 'worker_threads', 'child_process', 'process', 'stream'],
  },
  { folder: 'main/vault', rooms: ['protocol', 'main/store'], packages: ['zod'], node: [...BASIC, ...FILES] },
  { folder: 'main/records', rooms: ['protocol', ...CAPABILITY], packages: ['zod'], node: BASIC },
  {
    folder: 'main/intake',
    rooms: ['protocol', ...CAPABILITY],
    packages: ['feedsmith', '@atcute/cbor', '@atcute/cid', 'entities', 'yauzl', 'csv-parse', 'zod'],
    node: ['*'],
  },
  {
    folder: 'main/contracts',
    rooms: ['protocol', ...CAPABILITY],
    packages: ['zod', 'jose', 'canonicalize', 'ajv', 'http-message-signatures'],
    node: BASIC,
  },
  {
    folder: 'main/http',
    rooms: ['protocol'],
    packages: ['fastify', 'fastify-type-provider-zod'],
    node: [...BASIC, 'http', 'net'],
  },
  {
    folder: 'main/service-api',
    rooms: ['protocol', 'main/http', 'main/contracts', 'main/store'],
    packages: ['fastify', 'fastify-type-provider-zod', '@fastify/swagger', 'oidc-provider', 'jose', 'zod'],
    node: [...BASIC, 'fs/promises', 'http', 'net', 'stream', 'buffer', 'zlib'],
  },
  { folder: 'main/rules', rooms: ['protocol'], packages: ['zod'], node: [] },
  { folder: 'main/feed', rooms: ['protocol', ...CAPABILITY], packages: ['zod'], node: [...BASIC, 'zlib'] },
  {
    folder: 'main/labels',
    rooms: ['protocol', ...CAPABILITY],
    packages: ['@atcute/cbor', 'csv-parse', 'zod'],
    node: [...BASIC, 'dns/promises'],
  },
  {
    folder: 'main/market',
    rooms: ['protocol', ...CAPABILITY],
    packages: ['zod', '@tufjs/models'],
    node: [...BASIC, ...FILES],
  },
  {
    folder: 'main/authoring',
    rooms: ['protocol', 'main/market'],
    packages: ['zod', 'rolldown'],
    node: [...BASIC, ...FILES],
  },
  {
    folder: 'main/sandbox-host',
    rooms: ['protocol'],
    packages: ['zod'],
    node: [...BASIC, ...FILES, 'child_process', 'stream', 'process'],
  },
  {
    folder: 'main/owner-api',
    rooms: ['protocol', 'main/http', 'main/vault', 'main/rules', ...CAPABILITY_ROOMS],
    packages: ['fastify', 'zod'],
    node: [...BASIC, ...FILES, 'http', 'net', 'stream', 'buffer'],
  },
  {
    folder: 'main/core',
    rooms: [
      'protocol',
      'main/http',
      'main/owner-api',
      'main/service-api',
      'main/authoring',
      ...CAPABILITY,
      'build/sample',
    ],
    packages: ['zod'],
    node: ['*'],
  },
  { folder: 'main/shell', rooms: ['protocol'], packages: ['electron', '@napi-rs/keyring', 'zod'], node: ['*'] },
  { folder: 'sdk', rooms: [], packages: [], node: [] },
  { folder: 'examples/algorithm', rooms: ['sdk'], packages: [], node: [] },
  // Written as a stranger would: nothing of the product, only public libraries.
  {
    folder: 'examples/newcomer',
    rooms: [],
    packages: ['oauth4webapi', 'dpop', 'jose', 'canonicalize', 'http-message-signatures'],
    node: [...BASIC, 'fs/promises', 'url', 'http', 'module', 'net', 'child_process'],
  },
];
