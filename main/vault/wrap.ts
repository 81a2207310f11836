import { argon2, createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';

/** Bytes of the data key, and of every key that wraps it. */
export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function base64(bytes: number): z.ZodString {
  return z.string().refine((text) => {
    const decoded = Buffer.from(text, 'base64');
    return decoded.length === bytes && decoded.toString('base64') === text;
  });
}

/** A key encrypted by another: AES-256-GCM, everything in base64. */
export const Wrapped = z.strictObject({
  nonce: base64(NONCE_BYTES),
  sealed: base64(KEY_BYTES),
  tag: base64(TAG_BYTES),
});
export type Wrapped = z.infer<typeof Wrapped>;

/** RFC 9106 section 4, second recommended option, unless the file says otherwise; bounds keep a strange file from taking the machine. */
export const Argon2id = z.strictObject({
  name: z.literal('argon2id'),
  memoryKib: z.int().min(8).max(1_048_576),
  passes: z.int().min(1).max(64),
  parallelism: z.int().min(1).max(16),
  salt: base64(16),
});
export type Argon2id = z.infer<typeof Argon2id>;
export type Argon2Cost = Pick<Argon2id, 'memoryKib' | 'passes' | 'parallelism'>;

export const ARGON2_COST: Argon2Cost = { memoryKib: 65_536, passes: 3, parallelism: 4 };

const argon2Async = promisify(argon2);

/** The key that a passphrase gives; the caller clears it. */
export async function passphraseKey(passphrase: string, kdf: Argon2id): Promise<Buffer> {
  const message = Buffer.from(passphrase.normalize('NFKC'), 'utf8');
  try {
    return await argon2Async('argon2id', {
      message,
      nonce: Buffer.from(kdf.salt, 'base64'),
      parallelism: kdf.parallelism,
      tagLength: KEY_BYTES,
      memory: kdf.memoryKib,
      passes: kdf.passes,
    });
  } finally {
    message.fill(0);
  }
}

/** A key made from one that is already random (RFC 5869); `purpose` separates its uses. The caller clears it. */
export function derivedKey(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), `data-locker/1/${purpose}`, KEY_BYTES));
}

/** Encrypts `key` by `by`; `context` is authenticated with it and must be the same when unwrapping. */
export function wrapKey(key: Uint8Array, by: Uint8Array, context: string): Wrapped {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', by, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(context, 'utf8'));
  const sealed = Buffer.concat([cipher.update(key), cipher.final()]);
  return {
    nonce: nonce.toString('base64'),
    sealed: sealed.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

/** The key inside, or undefined where `by` or `context` isn't the one it was wrapped with. The caller clears it. */
export function unwrapKey(wrapped: Wrapped, by: Uint8Array, context: string): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', by, Buffer.from(wrapped.nonce, 'base64'), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context, 'utf8'));
  decipher.setAuthTag(Buffer.from(wrapped.tag, 'base64'));
  const key = decipher.update(Buffer.from(wrapped.sealed, 'base64'));
  try {
    decipher.final();
    return key;
  } catch {
    key.fill(0);
    return undefined;
  }
}

/** HMAC-SHA256, hex. */
export function seal(text: string, by: Uint8Array): string {
  return createHmac('sha256', by).update(text, 'utf8').digest('hex');
}
