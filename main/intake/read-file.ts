import { readActivityStreams } from './activitystreams/read-activitystreams.ts';
import type { KnownFile } from './archive/gather.ts';
import { wholeFile, type ImportFile } from './archive/import-file.ts';
import { readRepository } from './atproto/read-repository.ts';
import { readFeed } from './feed/read-feed.ts';
import { readOpml } from './feed/read-opml.ts';
import { MAX_FEED_BYTES } from './limits.ts';
import { putExportItem } from './mastodon/export-items.ts';
import { readList } from './mastodon/read-list.ts';
import type { FileContext, Sink } from './sink.ts';

/** Reads one recognised file into the sink. Damage ends in the sink's report, never in an exception. */
export async function readImportFile({ file, kind }: KnownFile, owner: string | null, sink: Sink): Promise<void> {
  const context: FileContext = { file: file.path, source: null, owner };
  try {
    switch (kind.kind) {
      case 'activitystreams': {
        const own = kind.isExport ? { ...context, source: owner } : context;
        await readActivityStreams(file.open(), sink, own, (value, head, where) =>
          putExportItem(sink, value, head, own, where),
        );
        break;
      }
      case 'mastodon-list':
        await readList(file.open(), kind.list, sink, context);
        break;
      case 'atproto-car':
        await readRepository(() => file.open(), sink, context);
        break;
      case 'feed': {
        const bytes = await whole(file, sink);
        if (bytes !== null) readFeed(bytes, kind.format, null, sink, context);
        break;
      }
      case 'opml': {
        const bytes = await whole(file, sink);
        if (bytes !== null) readOpml(bytes, sink, context);
        break;
      }
      case 'zip':
      case 'unknown':
        sink.skip(kind.kind === 'unknown' ? kind.why : 'an archive inside an archive', file.path);
    }
    await sink.drain();
  } catch (error) {
    if (error instanceof ImportStopped) throw error;
    sink.skip('the file is damaged and can’t be read from here on', file.path);
  }
}

/** Thrown through a parser to end it: the run was cancelled, or the store refuses to write. */
export class ImportStopped extends Error {
  constructor(options?: { cause: unknown }) {
    super('import stopped', options);
    this.name = 'ImportStopped';
  }
}

async function whole(file: ImportFile, sink: Sink): Promise<Buffer | null> {
  const bytes = await wholeFile(file, MAX_FEED_BYTES);
  if (bytes === null) sink.skip('a feed larger than 48 MiB', file.path);
  return bytes;
}
