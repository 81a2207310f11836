import { ERRORS, isErrorCode } from '../../protocol/errors.ts';
import { Problem } from '../../protocol/owner/routes.ts';

/** An error answer of the owner API, or a request that got no answer. `message` may be shown as it is. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string | undefined;

  constructor(status: number, code: string, title: string, detail?: string) {
    super(title);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** The sentence for a code of the error table, as runs and subscriptions carry it. */
export function titleOf(code: string): string {
  return isErrorCode(code) ? ERRORS[code].title : ERRORS.internal.title;
}

/** What an unsuccessful answer says, whatever its body is. */
export async function problemOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  const parsed = Problem.safeParse(body);
  if (!parsed.success) return new ApiError(response.status, 'internal', ERRORS.internal.title);
  return new ApiError(response.status, parsed.data.code, parsed.data.title, parsed.data.detail);
}

/** A sentence for anything that was thrown. */
export function sayError(error: unknown): string {
  if (!(error instanceof ApiError)) return ERRORS.internal.title;
  return error.detail === undefined ? error.message : `${error.message} (${error.detail})`;
}
