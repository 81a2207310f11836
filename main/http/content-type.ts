import type { IncomingMessage } from 'node:http';
import { LockerError } from '../../protocol/errors.ts';

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/**
 * One content type per route, and none where there is no body (SECURITY.md, Transport).
 *
 * @param expected null: the route takes no body
 * @throws LockerError `unsupported_content_type`
 */
export function requireContentType(request: IncomingMessage, expected: string | null): void {
  if (expected === null) {
    if (hasBody(request)) throw new LockerError('unsupported_content_type');
    return;
  }
  const given = request.headers['content-type'];
  if (given === undefined && !hasBody(request)) return;
  const type = given?.split(';', 1)[0]?.trim().toLowerCase();
  const parameters = given
    ?.slice(given.indexOf(';') + 1)
    .trim()
    .toLowerCase();
  const charsetOk = given?.includes(';') !== true || parameters === 'charset=utf-8';
  if (type !== expected || !charsetOk) throw new LockerError('unsupported_content_type', { detail: expected });
}
