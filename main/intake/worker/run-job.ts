import { isErrorCode, LockerError, type ErrorCode } from '../../../protocol/errors.ts';
import type { ImportWriter } from '../../store/index.ts';
import { sealedFile } from '../archive/byte-source.ts';
import { gather } from '../archive/gather.ts';
import { readFeed } from '../feed/read-feed.ts';
import { readImportFile } from '../read-file.ts';
import { importKind } from '../recognise.ts';
import { ReportBook } from '../report.ts';
import { ImportStopped, type FoundFeed, type Sink } from '../sink.ts';
import { Batches } from './batches.ts';
import type { FromIntake, Job } from './messages.ts';
import { Progress } from './progress.ts';

/** Between two messages of progress. */
const TELL_MS = 200;
/** Feeds of a subscription list sent in one message. */
const FEEDS_AT_ONCE = 500;

export interface JobPowers {
  writer: ImportWriter;
  tell(message: FromIntake): void;
  isCancelled(): boolean;
  now(): number;
}

type End = Extract<FromIntake, { kind: 'end' }>;

/** Does one job and tells its end; never throws. */
export async function runJob(job: Job, powers: JobPowers): Promise<void> {
  const book = new ReportBook();
  const batches = new Batches(powers.writer, job.run, book);
  let title: string | null = null;
  let end: Pick<End, 'state' | 'problem'>;
  try {
    if (job.kind === 'import') await importAll(job, powers, book, batches);
    else title = await importFeed(job, powers, book, batches);
    await batches.finish();
    end = book.recognised ? { state: 'done', problem: null } : { state: 'failed', problem: 'import_unrecognised' };
  } catch (error) {
    await batches.finish().catch(() => undefined);
    end = endOf(error);
  }
  powers.tell({ kind: 'end', ...end, report: book.report(), title });
}

function endOf(error: unknown): Pick<End, 'state' | 'problem'> {
  if (error instanceof ImportStopped && error.cause === undefined) return { state: 'cancelled', problem: null };
  const cause = error instanceof ImportStopped ? error.cause : error;
  const code: ErrorCode = cause instanceof LockerError && isErrorCode(cause.code) ? cause.code : 'import_failed';
  return { state: 'failed', problem: code };
}

async function importAll(
  job: Extract<Job, { kind: 'import' }>,
  powers: JobPowers,
  book: ReportBook,
  batches: Batches,
): Promise<void> {
  const { root } = job;
  const place =
    'path' in root
      ? root
      : {
          stored: root.uploads.map(({ path, file, size, key, iv }) => ({
            path,
            bytes: sealedFile(file, size, { key, iv }),
          })),
        };
  await using gathered = await gather(place, (item) => book.skip(item.reason, item.path), powers.isCancelled);
  if (gathered.files.length === 0) throw new LockerError('import_empty');
  const progress = new Progress(gathered.bytes, powers.now);
  const { sink, flush } = sinkOf(powers, book, batches, progress);
  for (const known of gathered.files) {
    if (powers.isCancelled()) throw new ImportStopped();
    const kind = importKind(known.kind);
    book.kind(kind);
    if (kind !== 'unknown') book.files++;
    await readImportFile(
      { file: progress.watched(known.file), kind: known.kind },
      gathered.ownerOf(known.file.path),
      sink,
    );
  }
  flush();
}

async function importFeed(
  job: Extract<Job, { kind: 'feed' }>,
  powers: JobPowers,
  book: ReportBook,
  batches: Batches,
): Promise<string | null> {
  book.kind('feed');
  book.files = 1;
  const { sink } = sinkOf(powers, book, batches, new Progress(0, powers.now));
  const context = { file: 'feed', source: job.address, owner: null };
  const feed = readFeed(job.bytes, job.format, job.charset, sink, context);
  await sink.drain();
  if (feed === null) throw new LockerError('import_unrecognised');
  return feed.title;
}

function sinkOf(
  powers: JobPowers,
  book: ReportBook,
  batches: Batches,
  progress: Progress,
): { sink: Sink; flush: () => void } {
  let told = powers.now();
  let feeds: FoundFeed[] = [];
  const flush = (): void => {
    if (feeds.length > 0) powers.tell({ kind: 'subscriptions', found: feeds });
    feeds = [];
  };
  const sink: Sink = {
    record: (record) => batches.add(record),
    skip: (reason, where) => book.skip(reason, where),
    unknown: (field) => book.unknown(field),
    subscription(found) {
      if (found.url.length > 2048) return book.skip('its address is longer than 2048 characters', 'subscriptions');
      book.subscriptions++;
      feeds.push({ url: found.url, title: found.title.slice(0, 300) });
      if (feeds.length >= FEEDS_AT_ONCE) flush();
    },
    async drain() {
      await batches.drain();
      if (powers.isCancelled()) throw new ImportStopped();
      if (powers.now() - told < TELL_MS) return;
      told = powers.now();
      powers.tell({ kind: 'progress', progress: progress.share, leftMs: progress.leftMs, report: book.report() });
    },
  };
  return { sink, flush };
}
