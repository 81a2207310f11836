import type { IntakeRecord } from '../../protocol/record.ts';

/** A feed named in a subscription list. */
export interface FoundFeed {
  url: string;
  title: string;
}

/**
 * Where a parser puts what it finds. Pushing is synchronous; a parser awaits `drain` after each piece it has read,
 * which is how a slow writer holds back reading.
 */
export interface Sink {
  record(record: IntakeRecord): void;
  /** `reason`: a plain sentence, the same for the same cause. `where`: file, line or entry, never content. */
  skip(reason: string, where: string): void;
  /** A field that is kept in the body and used for nothing. */
  unknown(field: string): void;
  subscription(found: FoundFeed): void;
  drain(): Promise<void>;
}

/** What a parser knows about the file it reads. */
export interface FileContext {
  /** Place inside what is imported, for the report. */
  readonly file: string;
  /** Account or address the records came from; null: the file itself must say. */
  readonly source: string | null;
  /** URI of the owner's own account, when this import says which one it is. */
  readonly owner: string | null;
}

/** Stands for a file that names no account: the same for the same file name, so that importing twice adds nothing. */
export function fileSource(file: string): string {
  const name = file.split(/[\\/]/).at(-1) ?? file;
  return `urn:locker:file:${encodeURIComponent(name).slice(0, 500)}`;
}

/** Thrown through a parser to end it: the run was cancelled, or the store refuses to write. */
export class ImportStopped extends Error {
  constructor(options?: { cause: unknown }) {
    super('import stopped', options);
    this.name = 'ImportStopped';
  }
}
