import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { newSigner, readSigner, type Signer } from '../market/index.ts';

const PublicFile = z.object({
  keyId: z.string().regex(/^[0-9a-f]{64}$/),
  key: z.object({ keytype: z.string(), keyval: z.object({ public: z.string() }), scheme: z.string() }),
});

/** What is known of a key whose secret is somebody else's. */
export type PublicSigner = Pick<Signer, 'keyId' | 'key'>;

/** All secret keys in a folder. @throws LockerError bad_arguments where there is no such folder or a file is no key */
export async function openKeys(folder: string): Promise<Signer[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new LockerError('bad_arguments', { detail: 'there is no such folder of keys', cause });
  });
  const secrets = names.filter((name) => name.endsWith('.pem')).toSorted();
  return Promise.all(secrets.map(async (name) => readSigner(await readFile(join(folder, name), 'utf8'))));
}

/** Writes a new key as `NAME.pem`, for its holder only, and its public half as `NAME.pub.json`, to be given away. */
export async function writeKeyPair(folder: string, name: string): Promise<Signer> {
  const { signer, pem } = newSigner();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { keyId, key } = signer;
  try {
    // Never over another key: what it signed could not be signed again.
    await writeFile(join(folder, `${name}.pem`), pem, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw new LockerError('bad_arguments', { detail: `there is already a ${name}.pem`, cause });
  }
  await writeFile(join(folder, `${name}.pub.json`), `${JSON.stringify({ keyId, key }, null, 2)}\n`);
  return signer;
}

/** @throws LockerError bad_arguments */
export async function readPublicSigner(file: string): Promise<PublicSigner> {
  try {
    return PublicFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new LockerError('bad_arguments', { detail: `${basename(file)} is no public key`, cause });
  }
}
