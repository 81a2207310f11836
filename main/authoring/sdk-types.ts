import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LockerError } from '../../protocol/errors.ts';

/** The types of the SDK package as one file, so that an author's folder needs nothing else. */
export function sdkTypes(): string {
  try {
    return readFileSync(join(fileURLToPath(new URL('../../sdk', import.meta.url)), 'index.d.ts'), 'utf8');
  } catch (cause) {
    throw new LockerError('bad_arguments', { detail: 'this command works from the project’s sources only', cause });
  }
}
