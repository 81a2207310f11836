import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { LockerError } from '../../protocol/errors.ts';
import { KEY_BYTES } from './wrap.ts';

const PREFIX = 'data-locker-secret-1:';

/** Makes a file that opens the locker without a passphrase, readable by its owner only. Fails where there is one already. */
export async function makeSecretFile(path: string): Promise<Buffer> {
  const secret = randomBytes(KEY_BYTES);
  const handle = await open(path, 'wx', 0o600);
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
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new LockerError('wrong_secret_file', { cause: error });
  });
  const trimmed = text.trim();
  const secret = Buffer.from(trimmed.slice(PREFIX.length), 'base64');
  if (!trimmed.startsWith(PREFIX) || secret.length !== KEY_BYTES) throw new LockerError('wrong_secret_file');
  return secret;
}
