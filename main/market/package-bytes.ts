import { createHash } from 'node:crypto';
import { LockerError } from '../../protocol/errors.ts';
import { AlgorithmPackage } from '../../protocol/manifest.ts';

const PACKAGE_MAX_BYTES = 1024 * 1024;

/** Lower-case hex SHA-256 of a text's UTF-8 bytes. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Where it is wrong and what is wanted there. */
function issueText(issue: { path: PropertyKey[]; message: string } | undefined): string {
  if (issue === undefined) return 'shape';
  return `${issue.path.map(String).join('.')}: ${issue.message}`.slice(0, 300);
}

/** @throws {LockerError} algorithm_invalid */
export function parsePackage(bytes: string): AlgorithmPackage {
  if (Buffer.byteLength(bytes) > PACKAGE_MAX_BYTES)
    throw new LockerError('algorithm_invalid', { detail: 'larger than 1 MB' });
  let json: unknown;
  try {
    json = JSON.parse(bytes);
  } catch (cause) {
    throw new LockerError('algorithm_invalid', { detail: 'not JSON', cause });
  }
  const parsed = AlgorithmPackage.safeParse(json);
  if (!parsed.success) throw new LockerError('algorithm_invalid', { detail: issueText(parsed.error.issues[0]) });
  return parsed.data;
}

/** Bytes of a package that came from elsewhere, as text. @throws {LockerError} algorithm_invalid */
export function packageText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new LockerError('algorithm_invalid', { detail: 'not UTF-8', cause });
  }
}
