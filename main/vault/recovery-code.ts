import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U, so nothing is mistaken for a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_BYTES = 16;
const SYMBOLS = 28;
const CHECK_BITS = SYMBOLS * 5 - SECRET_BYTES * 8;

/** A new recovery code: 128 random bits and 12 check bits as seven groups of four, `XXXX-XXXX-…`. */
export function newRecoveryCode(): string {
  const secret = randomBytes(SECRET_BYTES);
  let bits = (BigInt(`0x${secret.toString('hex')}`) << BigInt(CHECK_BITS)) | BigInt(check(secret));
  secret.fill(0);
  let code = '';
  for (let i = 0; i < SYMBOLS; i++) {
    code = (ALPHABET[Number(bits & 31n)] ?? '') + code;
    bits >>= 5n;
  }
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/**
 * The secret in a code as a person typed it: case, spaces and dashes don't matter, O is 0, I and L are 1.
 * Undefined where it can't be a code of ours (a typing slip is noticed with 4095 in 4096). The caller clears it.
 */
export function readRecoveryCode(typed: string): Buffer | undefined {
  const code = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Pd}_.]/gu, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (code.length !== SYMBOLS) return undefined;
  let bits = 0n;
  for (const symbol of code) {
    const value = ALPHABET.indexOf(symbol);
    if (value < 0) return undefined;
    bits = (bits << 5n) | BigInt(value);
  }
  const secret = Buffer.from((bits >> BigInt(CHECK_BITS)).toString(16).padStart(SECRET_BYTES * 2, '0'), 'hex');
  return Number(bits & BigInt((1 << CHECK_BITS) - 1)) === check(secret) ? secret : undefined;
}

function check(secret: Uint8Array): number {
  const hash = createHash('sha256').update('recovery code').update(secret).digest();
  return hash.readUInt16BE(0) & ((1 << CHECK_BITS) - 1);
}
