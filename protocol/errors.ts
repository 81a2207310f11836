/**
 * The one table of error codes: HTTP status and the sentence a person may read.
 * Codes are stable: a retired code is never used again. `docs/errors.md` lists the same table (a test compares them).
 */
export const ERRORS = {
  // transport
  bad_host: { status: 421, title: 'This locker does not answer to that host name.' },
  bad_origin: { status: 403, title: 'Requests from that website are not accepted.' },
  unsupported_content_type: { status: 415, title: 'That content type is not accepted here.' },
  too_large: { status: 413, title: 'The request is too large.' },
  bad_request: { status: 400, title: 'The request is not in the expected form.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  method_not_allowed: { status: 405, title: 'That cannot be done here.' },
  timeout: { status: 503, title: 'That took too long and was stopped.' },
  internal: { status: 500, title: 'Something went wrong inside the locker. Nothing was changed.' },
  shutting_down: { status: 503, title: 'The locker is closing.' },
  // session and vault
  unauthenticated: { status: 401, title: 'Please unlock the locker first.' },
  wrong_passphrase: { status: 401, title: 'That passphrase does not open this locker.' },
  wrong_recovery_code: { status: 401, title: 'That recovery code does not open this locker.' },
  wrong_secret_file: { status: 401, title: 'That key file does not open this locker.' },
  too_many_attempts: { status: 429, title: 'Too many attempts. Please wait a little.' },
  weak_passphrase: { status: 400, title: 'Please choose a longer passphrase (at least 10 characters).' },
  locked: { status: 503, title: 'The locker is locked.' },
  no_locker: { status: 409, title: 'There is no locker here yet.' },
  locker_exists: { status: 409, title: 'There is already a locker here.' },
  launch_link_used: {
    status: 401,
    title: 'That launch link was already used or is too old. Start the locker again for a new one.',
  },
  // store
  store_damaged: { status: 500, title: 'The locker file is damaged. It was left as it is; restore a backup.' },
  store_truncated: {
    status: 500,
    title: 'The locker file is shorter than it should be. It was left as it is; restore a backup.',
  },
  store_newer: { status: 409, title: 'This locker was made by a newer version of the program. Please update.' },
  store_keyfile_damaged: { status: 500, title: 'The key file of this locker is damaged. Nothing was changed.' },
  store_keyfile_missing: {
    status: 500,
    title: 'The key file of this locker is missing. Put it back beside the locker file; nothing was changed.',
  },
  store_missing: { status: 500, title: 'The locker file is missing. Put it back or restore a backup.' },
  store_busy: { status: 409, title: 'Another program is using this locker.' },
  backup_missing: { status: 404, title: 'There is no such backup. Nothing was changed.' },
  backup_damaged: {
    status: 422,
    title: 'That backup is damaged, or it is of another locker. Nothing was changed.',
  },
  disk_full: { status: 507, title: 'The disk is full. Nothing was lost; make room and try again.' },
  // records
  record_not_found: { status: 404, title: 'That record is not in the locker.' },
  record_conflict: { status: 409, title: 'That record was changed meanwhile.' },
  bad_query: { status: 400, title: 'That search cannot be understood.' },
  bad_cursor: { status: 400, title: 'That page marker is not valid.' },
  // intake
  import_not_found: { status: 404, title: 'That import is not known.' },
  import_unrecognised: { status: 422, title: 'That file is not of a kind the locker can read.' },
  import_path_missing: { status: 404, title: 'There is no file or folder at that path.' },
  import_empty: { status: 422, title: 'There is nothing to import in there.' },
  import_running: { status: 409, title: 'That import is still running.' },
  import_failed: { status: 500, title: 'The import stopped. What was reported as stored is kept.' },
  archive_limits: { status: 422, title: 'The archive is larger or deeper than allowed.' },
  archive_damaged: { status: 422, title: 'The archive is damaged and cannot be read.' },
  subscription_not_found: { status: 404, title: 'That subscription is not known.' },
  subscription_exists: { status: 409, title: 'You already follow that feed.' },
  address_refused: { status: 403, title: 'That address points inside a private network and was not fetched.' },
  address_invalid: { status: 400, title: 'That is not a web address.' },
  feed_gone: { status: 410, title: 'That feed has ended. It is no longer asked for.' },
  fetch_failed: { status: 502, title: 'That address could not be read.' },
  // feed and algorithms
  feed_not_found: { status: 404, title: 'That feed is no longer kept. Load a new one.' },
  mix_invalid: { status: 400, title: 'That mix cannot be used.' },
  mix_not_found: { status: 404, title: 'There is no such mix.' },
  too_many_mixes: { status: 409, title: 'There are too many mixes. Please remove one first.' },
  algorithm_not_found: { status: 404, title: 'That algorithm is not installed.' },
  algorithm_not_offered: {
    status: 404,
    title: 'Your repositories do not offer that algorithm, or not in that version.',
  },
  algorithm_tampered: { status: 409, title: 'The stored code of that algorithm was changed and is not run.' },
  algorithm_invalid: { status: 422, title: 'That is not a valid algorithm package.' },
  algorithm_older: {
    status: 409,
    title: 'That version is older than the one you have. Say so if you want to go back to it.',
  },
  algorithm_reads_more: {
    status: 409,
    title: 'This version reads more than the one you have. Look at what it reads and agree to it first.',
  },
  algorithm_revoked: { status: 409, title: 'That algorithm was withdrawn by its repository and is not run.' },
  algorithm_setting_invalid: { status: 400, title: 'That setting is not allowed for this algorithm.' },
  sandbox_unavailable: { status: 503, title: 'The sandbox could not be started.' },
  repository_not_found: { status: 404, title: 'That repository is not known.' },
  repository_exists: { status: 409, title: 'You already have that repository.' },
  repository_expired: {
    status: 409,
    title: 'The repository’s information is out of date. Nothing new is taken from it until it is renewed.',
  },
  repository_invalid: {
    status: 422,
    title: 'The repository’s information does not hold together: it was damaged or changed. Nothing was taken from it.',
  },
  repository_rolled_back: {
    status: 409,
    title: 'The repository offers an older state than it did before. Nothing was taken from it.',
  },
  repository_unsigned: {
    status: 422,
    title: 'The repository’s information is not signed by enough of the keys it must be signed by.',
  },
  repository_unconfirmed: { status: 409, title: 'That is not the fingerprint of this repository’s root.' },
  clock_behind: {
    status: 409,
    title: 'This computer’s clock is behind. Nothing is installed or updated until it is right.',
  },
  label_source_not_found: { status: 404, title: 'That labeler or list is not known.' },
  label_source_exists: { status: 409, title: 'You already subscribe to that address.' },
  label_preview_not_found: { status: 404, title: 'That preview is over. Look at it again.' },
  label_key_invalid: { status: 400, title: 'That is not a key that labels are signed with.' },
  labels_unrecognised: { status: 422, title: 'No labels and no list were found in that.' },
  exception_not_found: { status: 404, title: 'That exception is not known.' },
  act_not_found: { status: 404, title: 'That action is not known.' },
  // contracts and services
  offer_invalid: { status: 422, title: 'That is not a valid contract offer.' },
  offer_signature: {
    status: 422,
    title: 'The signature of that offer does not hold. It was changed or is not theirs.',
  },
  offer_version: { status: 409, title: 'That version of the offer is older, or was changed under the same number.' },
  client_invalid: { status: 422, title: 'That service does not say who it is in the expected form.' },
  program_changed: {
    status: 409,
    title: 'There is already a program under that address, and this file is signed by other keys. Nothing was changed.',
  },
  service_not_found: { status: 404, title: 'That service is not known.' },
  service_blocked: { status: 403, title: 'The owner has blocked this service.' },
  grant_not_found: { status: 404, title: 'That contract is not known.' },
  grant_over: { status: 401, title: 'This contract is no longer in force.' },
  paused: { status: 403, title: 'The owner has paused this contract.' },
  request_not_found: { status: 404, title: 'That request is no longer waiting.' },
  wrong_number: { status: 409, title: 'That is not the number on the waiting page.' },
  limits_invalid: { status: 400, title: 'Those limits do not fit this contract.' },
  too_many_requests_waiting: { status: 503, title: 'The owner is already being asked. Please try later.' },
  token_invalid: { status: 401, title: 'That access token is not valid.' },
  proof_invalid: { status: 401, title: 'The proof of possession is not valid.' },
  clause_not_granted: { status: 403, title: 'That clause is not part of your contract.' },
  clause_expired: { status: 403, title: 'That clause is not in force now.' },
  action_not_granted: { status: 403, title: 'Your contract does not cover that action.' },
  datatype_not_granted: { status: 403, title: 'Your contract does not cover that kind of record.' },
  field_not_granted: { status: 403, title: 'Your contract does not cover that field.' },
  filter_invalid: { status: 400, title: 'That filter cannot be used.' },
  bucket_boundary: { status: 400, title: 'Filters of aggregates must fall on the boundaries of their buckets.' },
  too_many_streams: { status: 429, title: 'This contract has as many streams open as it may have.' },
  rate_exceeded: { status: 429, title: 'That is more than your contract allows in this time.' },
  record_invalid: { status: 422, title: 'That record does not have the expected form.' },
  range_invalid: { status: 416, title: 'The file has no such part.' },
  key_conflict: { status: 409, title: 'That idempotency key was used for something else.' },
  precondition_failed: { status: 412, title: 'The record was changed meanwhile.' },
  query_too_slow: { status: 503, title: 'That query took too long and was stopped.' },
  reader_failed: { status: 503, title: 'Reading broke off inside the locker. Please try again.' },
  // command line
  bad_arguments: { status: 400, title: 'Those options cannot be used.' },
  port_in_use: { status: 409, title: 'Another program is using that port.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * The one error the product throws. `message` is the code, so that no personal data reaches a log;
 * `detail` is a short public addition (a field name, a limit), never a record's content.
 */
export class LockerError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LockerError';
    this.code = code;
    this.detail = options.detail;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get title(): string {
    return ERRORS[this.code].title;
  }
}

/** True when `value` is one of the codes of the table. */
export function isErrorCode(value: string): value is ErrorCode {
  return Object.hasOwn(ERRORS, value);
}
