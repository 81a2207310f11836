import { LockerError, type ErrorCode } from '../../../protocol/errors.ts';
import { errors } from './library.ts';

/** OAuth's own names (RFC 6749, 9126, 9396) and statuses for what the locker refuses. */
const NAMES: Partial<Record<ErrorCode, readonly [status: number, error: string]>> = {
  client_invalid: [401, 'invalid_client'],
  address_refused: [401, 'invalid_client'],
  address_invalid: [401, 'invalid_client'],
  fetch_failed: [401, 'invalid_client'],
  service_not_found: [401, 'invalid_client'],
  service_blocked: [403, 'access_denied'],
  bad_origin: [403, 'invalid_request'],
  offer_invalid: [400, 'invalid_authorization_details'],
  offer_signature: [400, 'invalid_authorization_details'],
  offer_version: [400, 'invalid_authorization_details'],
  clause_not_granted: [400, 'invalid_authorization_details'],
  grant_not_found: [400, 'invalid_grant_id'],
  grant_over: [400, 'invalid_grant_id'],
  paused: [403, 'access_denied'],
  // An answer of 503 would be hidden by the library as a fault of ours; RFC 6749 has no status for it at this endpoint.
  too_many_requests_waiting: [429, 'temporarily_unavailable'],
  locked: [429, 'temporarily_unavailable'],
};

/** The error that the OAuth library turns into the answer: the code first, then the sentence that a person may read. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof LockerError)) return error;
  const name = NAMES[error.code];
  if (name === undefined) return error;
  const refusal = new errors.OIDCProviderError(name[0], name[1], { cause: error });
  refusal.error_description = plain(
    `${error.code}: ${error.title}${error.detail === undefined ? '' : ` (${error.detail})`}`,
  );
  return refusal;
}

/** Runs a step inside the OAuth library, with the locker's refusals as its own. */
export async function refusing<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw refusalOf(error);
  }
}

/** RFC 6749, 5.2: `error_description` is printable ASCII without quotes and backslashes. */
function plain(text: string): string {
  return text.replaceAll('’', '').replaceAll(/[^\x20-\x7e]|["\\]/g, ' ');
}
