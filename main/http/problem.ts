import { ERRORS, LockerError, type ErrorCode } from '../../protocol/errors.ts';
import type { Problem } from '../../protocol/owner/routes.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** Fastify's own errors, by code, and what they are in the table. */
const FRAMEWORK: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_VALIDATION: 'bad_request',
  FST_ERR_BAD_URL: 'bad_request',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_content_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'bad_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'bad_request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'bad_request',
  FST_ERR_MAX_PARAM_LENGTH: 'bad_request',
};

function textOf(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
}

function numberOf(error: unknown, name: string): number | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'number' ? value : undefined;
}

/** Which part of the request did not fit, by field name; never its value. */
function misfit(error: unknown): string | undefined {
  const part = textOf(error, 'validationContext');
  if (part === undefined || typeof error !== 'object' || error === null) return undefined;
  const issues: unknown = Reflect.get(error, 'validation');
  const first: unknown = Array.isArray(issues) ? issues[0] : undefined;
  const where = textOf(first, 'instancePath') ?? '';
  return /^[A-Za-z0-9_/.-]{0,120}$/.test(where) ? `${part}${where}` : part;
}

/** Anything thrown, as the error the client may see: what is not in the table is `internal`. */
export function publicError(error: unknown): LockerError {
  if (error instanceof LockerError) return error;
  const code = textOf(error, 'code');
  const known = code === undefined ? undefined : FRAMEWORK[code];
  const detail = known === 'bad_request' ? misfit(error) : undefined;
  if (known !== undefined) return new LockerError(known, { cause: error, ...(detail === undefined ? {} : { detail }) });
  // The JSON parser's own errors (also for __proto__) carry a status only.
  if (error instanceof SyntaxError && numberOf(error, 'statusCode') === 400) {
    return new LockerError('bad_request', { detail: 'body', cause: error });
  }
  return new LockerError('internal', { cause: error });
}

const HEADERS: Partial<Record<ErrorCode, (detail: string) => Readonly<Record<string, string>>>> = {
  too_many_attempts: (detail) => ({ 'retry-after': /\d+/.exec(detail)?.[0] ?? '60' }),
  locked: () => ({ 'retry-after': '10' }),
  shutting_down: () => ({ 'retry-after': '10' }),
  unauthenticated: () => ({ 'www-authenticate': 'Bearer' }),
  method_not_allowed: (detail) => ({ allow: detail }),
};

/** Headers that go with some codes. */
export function problemHeaders({ code, detail }: LockerError): Readonly<Record<string, string>> {
  return HEADERS[code]?.(detail ?? '') ?? {};
}

/** The problem document (RFC 9457) of an error: code and public text, no internals. */
export function problemDocument(error: LockerError): Problem {
  const { status, title } = ERRORS[error.code];
  // `internal` may carry where it happened, for the log only.
  const detail = error.code === 'internal' ? undefined : error.detail;
  return {
    type: `urn:data-locker:error:${error.code}`,
    title,
    status,
    code: error.code,
    ...(detail === undefined ? {} : { detail }),
  };
}
