/**
 * Imports ActivityStreams JSON of two sizes: posts per second from the file on disk to the encrypted store, memory of
 * all threads, and how long the owner's own reads take meanwhile. `IMPORT_POSTS` sets the size of the larger file.
 */
import { createWriteStream } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { createIntake } from '../main/intake/index.ts';
import { createRecords, type Records } from '../main/records/index.ts';
import { openStore, STORE_FILE } from '../main/store/index.ts';

const LARGE = Number(process.env['IMPORT_POSTS'] ?? 200_000);
const READ_EVERY_MS = 25;
const WORDS = 'rain falls on the old town while people talk about music bread trains weather and long walks home'.split(
  ' ',
);

function post(index: number): string {
  const author = `https://town.example/users/u${(index * 7919) % 500}`;
  const words = Array.from({ length: 12 + (index % 30) }, (_, at) => WORDS[(index * 31 + at * 17) % WORDS.length]).join(
    ' ',
  );
  const published = new Date(1_700_000_000_000 + index * 30_000).toISOString();
  const to = ['https://www.w3.org/ns/activitystreams#Public'];
  return JSON.stringify({
    id: `${author}/statuses/${index}/activity`,
    type: 'Create',
    actor: author,
    published,
    to,
    object: {
      id: `${author}/statuses/${index}`,
      type: 'Note',
      attributedTo: author,
      inReplyTo: index > 100 && index % 3 === 0 ? `${author}/statuses/${index - 100}` : null,
      published,
      to,
      url: `https://town.example/@u/${index}`,
      content: `<p>${words} <a href="https://town.example/tags/rain" class="mention hashtag">#<span>rain</span></a></p>`,
      contentMap: { en: words },
      attachment:
        index % 5 === 0
          ? [{ type: 'Document', mediaType: 'image/jpeg', url: `https://town.example/${index}.jpg` }]
          : [],
      tag: [{ type: 'Hashtag', href: 'https://town.example/tags/rain', name: '#rain' }],
      likes: { type: 'Collection', totalItems: index % 50 },
      shares: { type: 'Collection', totalItems: index % 9 },
    },
  });
}

async function writePosts(file: string, count: number): Promise<void> {
  const out = createWriteStream(file);
  out.write('{"@context":"https://www.w3.org/ns/activitystreams","type":"OrderedCollection","orderedItems":[');
  for (let index = 0; index < count; index++) {
    if (!out.write(`${index === 0 ? '' : ','}\n${post(index)}`)) await once(out, 'drain');
  }
  out.end(']}');
  await once(out, 'finish');
}

/** Reads a page as the owner's screen does, again and again; gives how long each took. */
async function readMeanwhile(records: Records, isDone: () => boolean): Promise<number[]> {
  const took: number[] = [];
  while (!isDone()) {
    const started = performance.now();
    await records.browse({ order: 'newest', limit: 50 });
    took.push(performance.now() - started);
    await new Promise((resolve) => setTimeout(resolve, READ_EVERY_MS));
  }
  return took.sort((a, b) => a - b);
}

async function measure(count: number): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'locker-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, `${count}.json`);
  await writePosts(file, count);
  const store = stack.use(await openStore({ file: join(folder, STORE_FILE), key: randomBytes(32), create: true }));
  await using records = createRecords(store, { now: Date.now });
  await using intake = createIntake({ store, records, dataFolder: folder, polls: false });
  let isDone = false;
  let peak = 0;
  const reading = readMeanwhile(records, () => isDone);
  const started = performance.now();
  const id = await intake.importPath(file);
  for await (const run of intake.watch(id)) {
    peak = Math.max(peak, process.memoryUsage.rss());
    if (run.state === 'failed') throw new Error(run.problem ?? 'failed');
    if (run.endedAt !== null && run.report.added !== count) throw new Error(`${run.report.added} of ${count} added`);
  }
  const seconds = (performance.now() - started) / 1000;
  isDone = true;
  const took = await reading;
  const p99 = took[Math.floor(took.length * 0.99)] ?? NaN;
  const megabytes = (await stat(file)).size / 1e6;
  console.log(
    `${count} posts, ${megabytes.toFixed(0)} MB: ${(count / seconds).toFixed(0)} posts/s, peak ${(peak / 1e6).toFixed(0)} MB resident, ` +
      `owner's page p50 ${(took[took.length >> 1] ?? NaN).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
  );
}

for (const count of [Math.round(LARGE / 4), LARGE]) await measure(count);
