import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { LockerError } from '../../protocol/errors.ts';
import { KEY_BYTES } from './wrap.ts';

const PREFIX = 'data-locker-secret-1:';
/** More than there is in such a file: what is longer isn't one. */
const LARGEST = 1024;

/**
 * Makes a file that opens the locker without a passphrase, readable by its owner only.
 *
 * @throws LockerError bad_arguments where there is something already, or nothing can be made
 */
export async function makeSecretFile(path: string): Promise<Buffer> {
  const secret = randomBytes(KEY_BYTES);
  const handle = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const detail = isTaken ? 'there is something at that path already' : 'the key file cannot be made there';
    throw new LockerError('bad_arguments', { detail, cause });
  });
  try {
    await handle.writeFile(`${PREFIX}${secret.toString('base64')}\n`, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
  return secret;
}

/** The secret in such a file (or systemd credential). Throws `wrong_secret_file`. The caller clears it. */
export async function readSecretFile(path: string): Promise<Buffer> {
  const text = await readStart(path).catch((cause: unknown) => {
    throw new LockerError('wrong_secret_file', { cause });
  });
  const trimmed = text.trim();
  const secret = Buffer.from(trimmed.slice(PREFIX.length), 'base64');
  if (!trimmed.startsWith(PREFIX) || secret.length !== KEY_BYTES) throw new LockerError('wrong_secret_file');
  return secret;
}

/** The start of a regular file; a pipe that nobody writes to, or a device without an end, is not waited for. */
async function readStart(path: string): Promise<string> {
  // Windows has no O_NONBLOCK, and no pipes among its files.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await handle.stat()).isFile()) throw new Error('not a regular file');
    return await startOf(handle);
  } finally {
    await handle.close();
  }
}

async function startOf(handle: FileHandle): Promise<string> {
  const bytes = Buffer.alloc(LARGEST);
  try {
    const { bytesRead } = await handle.read(bytes, 0, LARGEST, 0);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    bytes.fill(0);
  }
}
