import { prepareRecord, type PreparedRecord } from '../../main/records/index.ts';
import type { Store } from '../../main/store/index.ts';

const BATCH = 20;

/** The setting with a number: from a few bytes to a few pages. */
export function numberedValue(number: number): string {
  return `${number} `.repeat((number * 37) % 2000);
}

/** The batch of posts with a number, always the same: some answer posts of the batch before. */
export function numberedBatch(number: number): PreparedRecord[] {
  return Array.from({ length: BATCH }, (_, i) => {
    const n = number * BATCH + i;
    const author = `https://town.example/users/u${n % 30}`;
    const id = `https://town.example/posts/${n}`;
    return prepareRecord({
      datatype: 'social.post',
      uri: id,
      source: 'https://town.example/users/me',
      published: Date.UTC(2026, 0, 1) + n * 60_000,
      publishedText: null,
      timeEstimated: false,
      mine: false,
      body: {
        type: 'Note',
        id,
        attributedTo: author,
        content: `<p>${`post number ${n} `.repeat(1 + (n % 40))}</p>`,
        ...(i % 3 === 0 ? { inReplyTo: `https://town.example/posts/${n - BATCH}` } : {}),
      },
    });
  });
}

export async function beginRun(store: Store, id: string): Promise<void> {
  await store.write('records.createRun', {
    id,
    name: id,
    state: 'running',
    startedAt: 0,
    endedAt: null,
    progress: null,
    leftMs: null,
    problem: null,
    report: {
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
    },
  });
}
