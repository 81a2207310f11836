/**
 * Reads for services over 100,000 posts (or as many as given): `node bench/gated-read.ts [POSTS]`. Says milliseconds inside
 * the reader's connection, and through its process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Plan, RowScope } from '../protocol/contract/plan.ts';
import type { IntakeRecord } from '../protocol/record.ts';
import { prepareRecord } from '../main/records/index.ts';
import { openServiceReader, openStore, STORE_FILE } from '../main/store/index.ts';
import { emptyRun } from '../main/records/testing.ts';
import { openServiceReaderHere } from '../main/store/testing.ts';

const posts = Number(process.argv[2] ?? 100_000);
const START = Date.UTC(2020, 0, 1);
const WORDS = 'river stone paper light garden window street morning silver bread winter letter music harbour'.split(
  ' ',
);
const FIELDS = ['id', 'published', 'author', 'content', 'language', 'inReplyTo', 'tags', 'visibility'];

/** A post about as long as a Mastodon status. */
function post(i: number): IntakeRecord {
  const author = `https://host${i % 40}.example/users/user${i % 3000}`;
  const uri = `${author}/statuses/${i}`;
  const text = Array.from({ length: 40 }, (_, j) => WORDS[(i * 7 + j * j) % WORDS.length]).join(' ');
  return {
    datatype: 'social.post',
    uri,
    source: 'https://me.example/users/me',
    published: START + i * 60_000,
    publishedText: new Date(START + i * 60_000).toISOString(),
    timeEstimated: false,
    mine: i % 10 === 0,
    body: {
      '@context': 'https://www.w3.org/ns/activitystreams',
      id: uri,
      type: 'Note',
      attributedTo: author,
      to: [i % 5 === 0 ? `${author}/followers` : 'https://www.w3.org/ns/activitystreams#Public'],
      cc: [`${author}/followers`],
      content: `<p>${text}${i === posts >> 1 ? ' unicorn' : ''}</p>`,
      contentMap: { en: `<p>${text}</p>` },
      url: `${author}/${i}`,
      published: new Date(START + i * 60_000).toISOString(),
      inReplyTo: i % 3 === 0 ? `https://host1.example/users/user1/statuses/${i - 1}` : null,
      tag: [{ type: 'Hashtag', name: `#tag${i % 50}`, href: 'https://host.example/tags/x' }],
      replies: { type: 'Collection', totalItems: i % 7 },
      likes: { type: 'Collection', totalItems: i % 11 },
    },
  };
}

const scope: RowScope = {
  datatype: 'social.post',
  conditions: [],
  since: START,
  until: null,
  othersPrivate: false,
  appendedBy: null,
};
const newest = { field: 'published', direction: 'desc' } as const;
const list: Plan = { kind: 'list', scope, words: null, fields: FIELDS, order: newest, after: null, limit: 50 };
const author = 'https://host7.example/users/user7';

const plans: Record<string, Plan> = {
  'list 50, newest first': list,
  'list 50, deep page': { ...list, after: { value: START + (posts >> 1) * 60_000, key: { ref: 1, identity: 1 } } },
  'list 50 of one author': { ...list, scope: { ...scope, conditions: [{ field: 'author', op: 'eq', value: author }] } },
  'list 1000': { ...list, limit: 1000 },
  'list 50, order that tells nothing': { ...list, order: null },
  'list 50, by language': { ...list, order: { field: 'language', direction: 'asc' } },
  'words, rare': { ...list, words: { text: 'unicorn', fields: ['content'] } },
  'words, in nearly all': { ...list, words: { text: 'river', fields: ['content'] } },
  count: { kind: 'count', scope, words: null },
  'count, words in nearly all of 30 days': {
    kind: 'count', scope: { ...scope, since: START + (posts - 43_200) * 60_000 }, words: { text: 'river', fields: ['content'] },
  }, // prettier-ignore
  'aggregate by day': { kind: 'aggregate', scope, bucket: 'P1D', by: null, minGroup: 1, limit: 366, atSeq: null },
  'aggregate by author and 28 days': {
    kind: 'aggregate',
    scope,
    bucket: 'P28D',
    by: 'author',
    minGroup: 1,
    limit: 366,
    atSeq: null,
  },
  'changes, last 200': { kind: 'changed', scope, fields: FIELDS, afterSeq: posts - 200, limit: 200 },
};

const folder = await mkdtemp(join(tmpdir(), 'locker-bench-'));
const file = join(folder, STORE_FILE);
const key = randomBytes(32);
try {
  await using store = await openStore({ file, key, create: true });
  await store.write('records.createRun', emptyRun('bench'));
  const begun = performance.now();
  for (let i = 0; i < posts; i += 200) {
    const records = Array.from({ length: Math.min(200, posts - i) }, (_, j) => prepareRecord(post(i + j)));
    await store.write('records.upsertBatch', { run: 'bench', records });
  }
  console.log(`${posts} posts written in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await using here = openServiceReaderHere(file, key);
  await using there = openServiceReader({ file, key });
  for (const [name, plan] of Object.entries(plans)) {
    console.log(
      `${name.padEnd(40)} ${await median(() => here.read(plan))} ms inside, ${await median(() => there.read(plan, { deadlineMs: 30_000 }))} ms outside`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Of as many runs as fit into half a second, at least three, after two to warm up. */
async function median(run: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  const end = performance.now() + 500;
  while (times.length < 5 || (performance.now() < end && times.length < 300)) {
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  const sorted = times.slice(2).sort((a, b) => a - b);
  return (sorted[sorted.length >> 1] ?? 0).toFixed(2).padStart(8);
}
