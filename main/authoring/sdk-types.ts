import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LockerError } from '../../protocol/errors.ts';

/** The types of the SDK package as one file, so that an author's folder needs nothing else. */
export function sdkTypes(): string {
  try {
    return readFileSync(fileURLToPath(new URL('../../sdk/index.d.ts', import.meta.url)), 'utf8');
  } catch (cause) {
    throw new LockerError('bad_arguments', { detail: 'this command works from the project’s sources only', cause });
  }
}
