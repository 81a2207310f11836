import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { openStore, type Store } from '../main/store/index.ts';
import { openTestFile } from '../main/store/testing.ts';
import type { ImportReport } from '../protocol/owner/sources.ts';

/**
 * How fast the store opens with a million records, and how long a one-row write takes while an import runs.
 * `node bench/store.ts [records] [posts imported]`
 */
const records = Number(process.argv[2] ?? 1_000_000);
const posts = Number(process.argv[3] ?? 50_000);

const report: ImportReport = {
  kind: 'unknown',
  files: 0,
  added: 0,
  changed: 0,
  unchanged: 0,
  deletedByYou: 0,
  byDatatype: {},
  skipped: [],
  unknownFields: [],
  subscriptions: 0,
};

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function timed<T>(label: string, work: () => Promise<T> | T): Promise<T> {
  const started = performance.now();
  const result = await work();
  print(`${label}: ${(performance.now() - started).toFixed(0)} ms`);
  return result;
}

await using made = await openTestFile();
await made.migrateTo();
await timed(`made ${records} rows`, () => {
  const { sqlite } = made.connection;
  sqlite.exec(`insert into source (id, uri) values (1, 'https://me.example/users/me')`);
  for (let first = 0; first < records; first += 50_000)
    sqlite
      .prepare(
        `insert into record (id, datatype, ref, identity, uri, source, published, estimated, mine, author, kind, summary, body_digest, seq)
         with recursive n (i) as (select ? union all select i + 1 from n where i < ?)
         select (1500000000 + i * 60) << 20, 'social.post', i, i, 'https://h.example/statuses/' || i, 1, (1500000000 + i * 60) * 1000,
           0, 0, (i * 7919) % 2000 + 1, 'Note', 'the first words of post ' || i, hex(randomblob(16)), i from n`,
      )
      .run(first, Math.min(first + 50_000, records) - 1);
});
made.connection.close();
print(`file: ${(statSync(made.file).size / 2 ** 20).toFixed(0)} MiB`);

for (let i = 0; i < 5; i++) {
  await using store = await timed('open', () => openStore({ file: made.file, key: made.key }));
  await timed('first read', () => store.read('settings.get', { key: 'theme' }));
}

{
  await using store = await openStore({ file: made.file, key: made.key });
  await underImport(store);
  await timed('backup, checked', () => store.backup(`${made.folder}/backups`));
  print(`resident: ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MiB`);
}

async function underImport(store: Store): Promise<void> {
  const startedAt = Date.now();
  const rest = { state: 'running', endedAt: null, progress: null, leftMs: null, problem: null, report } as const;
  await store.write('records.createRun', { id: 'bench', name: 'bench', startedAt, ...rest });
  const port = store.importPort();
  const worker = new Worker(new URL('./store-importer.ts', import.meta.url), {
    workerData: { port, run: 'bench', posts },
    transferList: [port],
  });
  let finished: unknown;
  worker.once('message', (message: unknown) => (finished = message));
  const ms: number[] = [];
  while (finished === undefined) {
    const started = performance.now();
    await store.write('settings.set', { key: 'bench', value: ms.length });
    ms.push(performance.now() - started);
    await sleep(5);
  }
  ms.sort((a, b) => a - b);
  const at = (q: number): string => (ms[Math.min(ms.length - 1, Math.floor(ms.length * q))] ?? NaN).toFixed(1);
  print(`import of ${posts} posts: ${JSON.stringify(finished)}`);
  print(`one-row write meanwhile (${ms.length}), ms: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}`);
}
