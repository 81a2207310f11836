import type { JsonObject } from '../../protocol/json.ts';
import type { IntakeRecord } from '../../protocol/record.ts';
import type { ImportFile } from './archive/import-file.ts';
import { readImportFile } from './read-file.ts';
import { recognise } from './recognise.ts';
import type { FoundFeed, Sink } from './sink.ts';

export { zipOf } from './archive/zip-fixture.ts';
export { noteOf as blueskyPost } from './atproto/post.ts';

/** What a parser gave, for tests. */
export interface Found {
  records: IntakeRecord[];
  skipped: { reason: string; where: string }[];
  unknown: string[];
  feeds: FoundFeed[];
}

export function collector(): Found & { sink: Sink } {
  const found: Found = { records: [], skipped: [], unknown: [], feeds: [] };
  return {
    ...found,
    sink: {
      record: (record) => found.records.push(record),
      skip: (reason, where) => found.skipped.push({ reason, where }),
      unknown: (field) => found.unknown.push(field),
      subscription: (feed) => found.feeds.push(feed),
      drain: () => Promise.resolve(),
    },
  };
}

/** A file held in memory, read in pieces of `size` bytes. */
export function memoryFile(path: string, content: string | Uint8Array, size = 1024): ImportFile {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return {
    path,
    size: bytes.length,
    async *open() {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    },
  };
}

/** Recognises and reads one file, as an import does. */
export async function readContent(
  path: string,
  content: string | Uint8Array,
  owner: string | null = null,
): Promise<Found> {
  const file = memoryFile(path, content);
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { sink, ...found } = collector();
  await readImportFile({ file, kind: recognise(bytes.subarray(0, 65536), path) }, owner, sink);
  return found;
}

export function bodies(found: Found): JsonObject[] {
  return found.records.map(({ body }) => body);
}
