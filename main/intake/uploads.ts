import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LockerError } from '../../protocol/errors.ts';
import { MAX_ARCHIVE_BYTES, MAX_ENTRIES } from './limits.ts';
import type { SealedUpload } from './worker/messages.ts';

/** Uploads that nobody finished go after this long. */
const ABANDONED_MS = 6 * 60 * 60 * 1000;
const MAX_OPEN_UPLOADS = 20;

interface Upload {
  folder: string;
  files: Map<string, SealedUpload>;
  touched: number;
  bytes: number;
  isTaken: boolean;
}

/**
 * Files on their way in. They wait on disk because archives need reading from any place, but never as plaintext: each is
 * encrypted with its own key, which exists in this process only. What a crash leaves behind can't be read, and is
 * removed at the next start.
 */
export class Uploads implements AsyncDisposable {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #uploads = new Map<string, Upload>();
  readonly #cleared: Promise<void>;

  /** @param folder removed with all that lies in it, and made when it is needed: nothing else may be kept there. */
  constructor(folder: string, now: () => number) {
    this.#folder = folder;
    this.#now = now;
    // What can't be removed is in the way of nothing; the first upload says what is wrong with the folder.
    this.#cleared = rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }

  async begin(): Promise<string> {
    await this.#cleared;
    await this.#sweep();
    if (this.#uploads.size >= MAX_OPEN_UPLOADS)
      throw new LockerError('too_large', { detail: 'too many uploads at once' });
    const id = randomBytes(16).toString('hex');
    const folder = join(this.#folder, id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    this.#uploads.set(id, { folder, files: new Map(), touched: this.#now(), bytes: 0, isTaken: false });
    return id;
  }

  /** Stores one file of an upload; a file sent again replaces the first. Gives its size. */
  async put(id: string, path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const upload = this.#open(id);
    if (upload.files.size >= MAX_ENTRIES) throw new LockerError('archive_limits');
    upload.touched = this.#now();
    // The name on disk is random: what the browser calls the file is a label only.
    const file = join(upload.folder, randomBytes(16).toString('hex'));
    const key = randomBytes(32);
    const iv = randomBytes(16);
    const size = await this.#write(upload, file, createCipheriv('aes-256-ctr', key, iv), pieces);
    const before = upload.files.get(path);
    upload.files.set(path, { path, file, size, key, iv });
    if (before !== undefined) await rm(before.file, { force: true });
    return size;
  }

  /** The files of an upload, which from now on belong to whoever imports them: call `drop` after that. */
  take(id: string): SealedUpload[] {
    const upload = this.#open(id);
    if (upload.files.size === 0) throw new LockerError('import_empty');
    upload.isTaken = true;
    upload.touched = Infinity;
    return [...upload.files.values()];
  }

  #open(id: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload === undefined || upload.isTaken) throw new LockerError('import_not_found');
    return upload;
  }

  async drop(id: string): Promise<void> {
    const upload = this.#uploads.get(id);
    if (upload === undefined) return;
    this.#uploads.delete(id);
    for (const { key } of upload.files.values()) key.fill(0);
    await rm(upload.folder, { recursive: true, force: true });
  }

  async #write(
    upload: Upload,
    file: string,
    cipher: ReturnType<typeof createCipheriv>,
    pieces: AsyncIterable<Uint8Array>,
  ): Promise<number> {
    const handle = await open(file, 'wx', 0o600);
    let size = 0;
    try {
      for await (const piece of pieces) {
        size += piece.length;
        upload.bytes += piece.length;
        upload.touched = this.#now();
        if (upload.bytes > MAX_ARCHIVE_BYTES) throw new LockerError('archive_limits');
        await handle.write(cipher.update(piece));
      }
      return size;
    } catch (error) {
      await rm(file, { force: true });
      throw isDiskFull(error) ? new LockerError('disk_full', { cause: error }) : error;
    } finally {
      await handle.close();
    }
  }

  async #sweep(): Promise<void> {
    for (const [id, upload] of this.#uploads) {
      if (this.#now() - upload.touched > ABANDONED_MS) await this.drop(id);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleared;
    for (const id of [...this.#uploads.keys()]) await this.drop(id);
  }
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}
