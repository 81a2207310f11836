import { parentPort, workerData } from 'node:worker_threads';
import { prepareRecord } from '../main/records/index.ts';
import { connectWriter } from '../main/store/index.ts';
import type { IntakeRecord } from '../protocol/record.ts';

/** An import as the intake thread does it: prepares made-up posts and keeps the writer busy, about 10 ms at a time. */
const { port, run, posts } = workerData as { port: Parameters<typeof connectWriter>[0]; run: string; posts: number };
const AIM_MS = 8;
const START = Date.UTC(2024, 0, 1);
const writer = connectWriter(port);
let made = 0;
let size = 50;
let longest = 0;

function post(n: number): IntakeRecord {
  const author = `https://h${n % 40}.example/users/u${(n * 7919) % 2000}`;
  const words = Array.from({ length: 30 }, (_, i) => `w${((n * 31 + i * 17) % 5000).toString(36)}`).join(' ');
  return {
    datatype: 'social.post',
    uri: `${author}/statuses/${n}`,
    source: 'https://me.example/users/me',
    published: START + n * 60_000,
    publishedText: null,
    timeEstimated: false,
    mine: false,
    body: { type: 'Note', id: `${author}/statuses/${n}`, attributedTo: author, content: `<p>${words}</p>` },
  };
}

async function lane(): Promise<void> {
  while (made < posts) {
    const records = Array.from({ length: Math.min(size, posts - made) }, () => prepareRecord(post(made++)));
    await writer.write('records.upsertBatch', { run, records });
    longest = Math.max(longest, writer.lastMs);
    size = Math.max(10, Math.min(1000, Math.round(size * Math.min(1.5, Math.max(0.5, AIM_MS / writer.lastMs)))));
  }
}

const started = performance.now();
await Promise.all([lane(), lane()]);
parentPort?.postMessage({ perSecond: posts / ((performance.now() - started) / 1000), size, longest });
writer.close();
