import { readActivityStreams } from './activitystreams/read-activitystreams.ts';
import type { KnownFile } from './archive/gather.ts';
import { wholeFile, type ImportFile } from './archive/import-file.ts';
import { readRepository } from './atproto/read-repository.ts';
import { readFeed } from './feed/read-feed.ts';
import { readOpml } from './feed/read-opml.ts';
import { MAX_FEED_BYTES } from './limits.ts';
import { putExportItem } from './mastodon/export-items.ts';
import { readList } from './mastodon/read-list.ts';
import type { FileKind } from './recognise.ts';
import { ImportStopped, type FileContext, type Sink } from './sink.ts';

/** Reads one recognised file into the sink. Damage ends in the sink's report, never in an exception. */
export async function readImportFile({ file, kind }: KnownFile, owner: string | null, sink: Sink): Promise<void> {
  const context: FileContext = { file: file.path, source: null, owner };
  let isDamaged = false;
  // Every parser sees damage as an early end: what came before it is kept.
  const whole: ImportFile = {
    ...file,
    open: () =>
      untilDamage(file, () => {
        isDamaged = true;
      }),
  };
  try {
    await readKind(whole, kind, context, sink);
    await sink.drain();
  } catch (error) {
    if (error instanceof ImportStopped) throw error;
    isDamaged = true;
  }
  if (isDamaged) sink.skip('the file is damaged: what could be read of it was', file.path);
}

async function readKind(file: ImportFile, kind: FileKind, context: FileContext, sink: Sink): Promise<void> {
  switch (kind.kind) {
    case 'activitystreams': {
      const own = kind.isExport ? { ...context, source: context.owner } : context;
      return readActivityStreams(file.open(), sink, own, (value, head, where) =>
        putExportItem(sink, value, head, own, where),
      );
    }
    case 'mastodon-list':
      return readList(file.open(), kind.list, sink, context);
    case 'atproto-car':
      return readRepository(() => file.open(), sink, context);
    case 'feed': {
      const bytes = await wholeOf(file, sink);
      if (bytes !== null) readFeed(bytes, kind.format, null, sink, context);
      return;
    }
    case 'opml': {
      const bytes = await wholeOf(file, sink);
      if (bytes !== null) readOpml(bytes, sink, context);
      return;
    }
    case 'zip':
      return sink.skip('an archive inside an archive', file.path);
    case 'unknown':
      return sink.skip(kind.why, file.path);
  }
}

async function* untilDamage(file: ImportFile, onDamage: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* file.open();
  } catch {
    onDamage();
  }
}

async function wholeOf(file: ImportFile, sink: Sink): Promise<Buffer | null> {
  const bytes = await wholeFile(file, MAX_FEED_BYTES);
  if (bytes === null) sink.skip('a feed larger than 48 MiB', file.path);
  return bytes;
}
