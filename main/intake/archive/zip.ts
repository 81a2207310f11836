import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { LockerError } from '../../../protocol/errors.ts';
import { MAX_ARCHIVE_BYTES, MAX_ENTRIES, MAX_FOLDER_DEPTH, MAX_RATIO, RATIO_FREE_BYTES } from '../limits.ts';
import type { ByteSource } from './byte-source.ts';
import type { ImportFile, LeftOut } from './import-file.ts';

/** A zip archive's files; nothing is unpacked to disk. Close it when they have been read. */
export interface ZipArchive {
  files: ImportFile[];
  close(): void;
}

class SourceReader extends yauzl.RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return this.#source.read(start, end);
  }
}

/**
 * Lists a zip archive from its central directory. Throws archive_damaged, or archive_limits where the whole unpacks to
 * more than it may: a bomb of overlapping entries shows only in their sum.
 */
export async function openZip(bytes: ByteSource, label: string, leftOut: (item: LeftOut) => void): Promise<ZipArchive> {
  const zip = await openDirectory(bytes);
  const files: ImportFile[] = [];
  let total = 0;
  await eachEntry(zip, (entry) => {
    const path = place(label, entry);
    if (path.endsWith('/')) return;
    if (files.length >= MAX_ENTRIES) return leftOut({ reason: `more than ${MAX_ENTRIES} files`, path });
    if (path.split('/').length > MAX_FOLDER_DEPTH + 2) return leftOut({ reason: 'folders nested too deeply', path });
    const isBomb =
      entry.uncompressedSize > RATIO_FREE_BYTES && entry.uncompressedSize > entry.compressedSize * MAX_RATIO;
    if (isBomb) return leftOut({ reason: `unpacks to more than ${MAX_RATIO} times its size`, path });
    total += entry.uncompressedSize;
    files.push({ path, size: entry.uncompressedSize, open: () => unpacked(zip, entry) });
  });
  if (total > MAX_ARCHIVE_BYTES || (total > RATIO_FREE_BYTES && total > bytes.size * MAX_RATIO)) {
    zip.close();
    throw new LockerError('archive_limits');
  }
  return { files, close: () => zip.close() };
}

function openDirectory(bytes: ByteSource): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    // Names are labels here: the library's refusal of odd ones would end the whole archive.
    const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
    yauzl.fromRandomAccessReader(new SourceReader(bytes), bytes.size, options, (error, zip) => {
      if (error) reject(new LockerError('archive_damaged', { cause: error }));
      else resolve(zip);
    });
  });
}

function eachEntry(zip: yauzl.ZipFile, visit: (entry: yauzl.Entry) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let count = 0;
    zip.on('error', (cause: unknown) => reject(new LockerError('archive_damaged', { cause })));
    zip.on('end', () => resolve());
    zip.on('entry', (entry: yauzl.Entry) => {
      count++;
      if (count > MAX_ENTRIES * 2) {
        reject(new LockerError('archive_limits'));
        return;
      }
      visit(entry);
      zip.readEntry();
    });
    zip.readEntry();
  });
}

/** Names come as bytes: UTF-8 where they are, else the IBM code page that zip began with. */
function place(label: string, entry: yauzl.Entry): string {
  const bytes = Buffer.from(entry.fileName);
  const utf8 = bytes.toString('utf8');
  const name = utf8.includes('�') ? bytes.toString('latin1') : utf8;
  return label === '' ? name : `${label}/${name}`;
}

async function* unpacked(zip: yauzl.ZipFile, entry: yauzl.Entry): AsyncGenerator<Uint8Array> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    try {
      zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
    } catch (error) {
      reject(error instanceof Error ? error : new Error('unreadable entry'));
    }
  });
  // The library leaves the checksum to us; it is known only at the end, when what came before has been read.
  let sum = 0;
  try {
    for await (const piece of stream) {
      if (!(piece instanceof Uint8Array)) continue;
      sum = crc32(piece, sum);
      yield piece;
    }
    if (sum !== entry.crc32) throw new LockerError('archive_damaged');
  } finally {
    stream.destroy();
  }
}
