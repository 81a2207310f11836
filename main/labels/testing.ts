import { generateKeyPairSync, sign } from 'node:crypto';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const ORDER = {
  secp256k1: { n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n, prefix: 'e701' },
  prime256v1: { n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n, prefix: '8024' },
} as const;

/** A labeler's key for tests. */
export interface SigningKey {
  readonly did: string;
  sign(bytes: Uint8Array): Uint8Array;
}

export function signingKey(curve: keyof typeof ORDER = 'secp256k1'): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const odd = (Buffer.from(y, 'base64url').at(-1) ?? 0) & 1;
  const { n, prefix } = ORDER[curve];
  const point = `${odd === 1 ? '03' : '02'}${Buffer.from(x, 'base64url').toString('hex')}`;
  return {
    did: `did:key:z${base58(BigInt(`0x${prefix}${point}`))}`,
    sign(bytes) {
      const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const s = BigInt(`0x${signature.subarray(32).toString('hex')}`);
      if (s > n / 2n) signature.write((n - s).toString(16).padStart(64, '0'), 32, 'hex');
      return signature;
    },
  };
}

function base58(value: bigint): string {
  let text = '';
  for (let left = value; left > 0n; left /= 58n) text = (ALPHABET[Number(left % 58n)] ?? '') + text;
  return text;
}
