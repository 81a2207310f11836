import { SqliteError } from './sqlite.ts';
import { z } from 'zod';
import { isErrorCode, LockerError, type ErrorCode } from '../../protocol/errors.ts';
import type { Failure } from './messages.ts';

/** The code a person gets to see for an error inside the store. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof LockerError) return error.code;
  if (isDiskFull(error)) return 'disk_full';
  if (!(error instanceof SqliteError)) return 'internal';
  const code = error.code;
  if (code === 'SQLITE_FULL') return 'disk_full';
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) return 'store_damaged';
  if (code === 'SQLITE_IOERR_SHORT_READ') return 'store_truncated';
  if (code.startsWith('SQLITE_BUSY')) return 'store_busy';
  return 'internal';
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

export function failureOf(id: number, error: unknown): Failure {
  const failure: Failure = { ok: false, id, code: codeOf(error) };
  if (error instanceof LockerError && error.detail !== undefined) failure.detail = error.detail;
  const cause = describe(error);
  if (cause !== undefined) failure.cause = cause;
  return failure;
}

/** The error on the other side of the thread. */
export function errorOf(failure: Failure): LockerError {
  return new LockerError(isErrorCode(failure.code) ? failure.code : 'internal', {
    ...(failure.detail === undefined ? {} : { detail: failure.detail }),
    ...(failure.cause === undefined ? {} : { cause: new Error(failure.cause) }),
  });
}

/** For the log. SQLite names tables and columns, zod paths and types; neither prints the values. */
function describe(error: unknown): string | undefined {
  if (error instanceof SqliteError) return `${error.code}: ${error.message}`;
  if (error instanceof z.ZodError) return error.issues.map((i) => `${i.path.join('.')}: ${i.code}`).join('; ');
  if (error instanceof LockerError) return error.cause === undefined ? undefined : describe(error.cause);
  return error instanceof Error ? `${error.name}: ${error.message}` : undefined;
}
