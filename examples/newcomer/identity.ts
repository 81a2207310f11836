import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { CompactSign, exportJWK, FlattenedSign, generateKeyPair, importJWK, type JWK } from 'jose';

const KID = 'newcomer-1';
const ALG = 'EdDSA';

/** The service's own key. The locker knows its public half from the client document. */
export interface Identity {
  readonly publicKey: JWK;
  /** Adds digest and signature to an offer. */
  signOffer<Draft extends object>(draft: Draft): Promise<Draft & { digest: string; sig: string }>;
  /** A compact JWS over a JSON text. */
  sign(typ: string, value: unknown): Promise<string>;
}

async function keptKey(folder: string): Promise<JWK> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'key.json');
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const { privateKey } = await generateKeyPair(ALG, { crv: 'Ed25519', extractable: true });
  const key = await exportJWK(privateKey);
  await writeFile(file, JSON.stringify(key), { mode: 0o600, flag: 'wx' });
  return key;
}

/** Opens the key in `folder`, or makes one. */
export async function openIdentity(folder: string): Promise<Identity> {
  const { d, ...publicKey } = await keptKey(folder);
  if (d === undefined) throw new Error(`${folder} holds no private key`);
  const key = await importJWK({ ...publicKey, d }, ALG);
  const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  return {
    publicKey: { ...publicKey, kid: KID, alg: ALG, use: 'sig' },
    async signOffer(draft) {
      const digest = createHash('sha256')
        .update(canonicalize(draft) ?? '')
        .digest('base64url');
      const { protected: header = '', signature } = await new FlattenedSign(bytes(digest))
        .setProtectedHeader({ alg: ALG, typ: 'locker-offer+jws', kid: KID })
        .sign(key);
      // Detached (RFC 7515, appendix F): the payload is the digest, which stands beside it.
      return { ...draft, digest, sig: `${header}..${signature}` };
    },
    sign: (typ, value) =>
      new CompactSign(bytes(JSON.stringify(value))).setProtectedHeader({ alg: ALG, typ, kid: KID }).sign(key),
  };
}
