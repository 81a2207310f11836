import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import type { RecordKey } from '../../../protocol/contract/plan.ts';
import type { Json } from '../../../protocol/json.ts';

/**
 * What one contract knows things by: ids, pseudonyms and page markers, all computed from a random key of the contract
 * (docs/decisions/0016-names-per-grant.md). Nothing is stored, and no name depends on what else is in the locker.
 */
export interface GrantNames {
  readonly recordId: (key: RecordKey) => string;
  /** The names of many at once: much cheaper than each by itself. */
  readonly recordIds: (keys: readonly RecordKey[]) => string[];
  /** Null for anything that this contract's `recordId` does not make. */
  readonly recordKey: (id: string) => RecordKey | null;
  /** `key` is the `uriKey` of an identifier. */
  readonly pseudonym: (kind: PseudonymKind, key: number) => string;
  readonly pseudonymKey: (kind: PseudonymKind, pseudonym: string) => number | null;
  /** A page marker; equal for equal values. `binding`: what it may be used for. */
  readonly seal: (binding: string, value: Json) => string;
  /** Null for a marker that was made by another contract, for something else, or by nobody. */
  readonly unseal: (binding: string, marker: string) => unknown;
}

/** Identifiers that may be the same thing are of one kind, so that a service can join by their pseudonyms. */
export type PseudonymKind = 'address' | 'handle';
const KINDS: Readonly<Record<PseudonymKind, string>> = { address: '01', handle: '02' };

const BLOCK = 16;
/** Hexadecimal digits of a number of 52 bits. */
const DIGITS = 13;
const HALF = 2 ** 48;
const NO_RECORD_BITS = '0'.repeat(2 * BLOCK - 2 * DIGITS);
const NO_PSEUDONYM_BITS = '0'.repeat(2 * BLOCK - DIGITS - 2);
const NAME = /^[0-9a-f]{32}$/;

/** `key`: 32 random bytes that belong to the contract alone. */
export function grantNames(key: Uint8Array): GrantNames {
  const records = blockCipher(derived(key, 'record id'));
  const pseudonyms = blockCipher(derived(key, 'pseudonym'));
  return {
    recordId: (key) => namesOf(records, [key])[0] ?? '',
    recordIds: (keys) => namesOf(records, keys),
    recordKey(id) {
      const block = records.decrypt(id);
      if (block?.endsWith(NO_RECORD_BITS) !== true) return null;
      return { ref: number(block, 0), identity: number(block, DIGITS) };
    },
    pseudonym: (kind, uriKey) => pseudonyms.encrypt(digits(uriKey) + KINDS[kind] + NO_PSEUDONYM_BITS),
    pseudonymKey(kind, pseudonym) {
      const block = pseudonyms.decrypt(pseudonym);
      return block?.endsWith(KINDS[kind] + NO_PSEUDONYM_BITS) === true ? number(block, 0) : null;
    },
    ...sealing(secret(key, 'marker authenticity'), secret(key, 'marker secrecy')),
  };
}

/** Each block is two numbers of 52 bits, then nothing. */
function namesOf(cipher: BlockCipher, keys: readonly RecordKey[]): string[] {
  const blocks = Buffer.alloc(keys.length * BLOCK);
  keys.forEach(({ ref, identity }, index) => {
    const at = index * BLOCK;
    blocks.writeUIntBE(Math.floor(ref / 16), at, 6);
    blocks.writeUInt8((ref % 16) * 16 + Math.floor(identity / HALF), at + 6);
    blocks.writeUIntBE(identity % HALF, at + 7, 6);
  });
  const names = cipher.encryptAll(blocks).toString('hex');
  return keys.map((_, index) => names.slice(index * 2 * BLOCK, (index + 1) * 2 * BLOCK));
}

function derived(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', purpose, 32));
}

function secret(key: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(derived(key, purpose));
}

function digits(value: number): string {
  return value.toString(16).padStart(DIGITS, '0');
}

function number(block: string, from: number): number {
  return Number.parseInt(block.slice(from, from + DIGITS), 16);
}

/** AES-256 of single blocks, as hexadecimal text: a permutation, so that no two names are ever the same. */
interface BlockCipher {
  encrypt(block: string): string;
  /** Of blocks one after the other. */
  encryptAll(blocks: Buffer): Buffer;
  decrypt(name: string): string | null;
}

function blockCipher(key: Buffer): BlockCipher {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return {
    encrypt: (block) => cipher.update(block, 'hex', 'hex'),
    encryptAll: (blocks) => cipher.update(blocks),
    decrypt: (name) => (NAME.test(name) ? decipher.update(name, 'hex', 'hex') : null),
  };
}

/**
 * Deterministic authenticated encryption, built as in RFC 5297: the authentication tag over binding and text is the
 * initial counter, so that the same request gets the same bytes and nothing is stored.
 */
function sealing(authenticity: KeyObject, secrecy: KeyObject): Pick<GrantNames, 'seal' | 'unseal'> {
  const tagOf = (binding: string, text: Buffer): Buffer =>
    createHmac('sha256', authenticity)
      .update(`${Buffer.byteLength(binding)}:${binding}`)
      .update(text)
      .digest()
      .subarray(0, BLOCK);
  const crypt = (tag: Buffer, text: Buffer): Buffer => createCipheriv('aes-256-ctr', secrecy, tag).update(text);
  return {
    seal(binding, value) {
      const text = Buffer.from(JSON.stringify(value));
      const tag = tagOf(binding, text);
      return Buffer.concat([tag, crypt(tag, text)]).toString('base64url');
    },
    unseal(binding, marker) {
      const bytes = Buffer.from(marker, 'base64url');
      if (bytes.length <= BLOCK || bytes.toString('base64url') !== marker) return null;
      const tag = bytes.subarray(0, BLOCK);
      const text = crypt(tag, bytes.subarray(BLOCK));
      if (!timingSafeEqual(tag, tagOf(binding, text))) return null;
      const value: unknown = JSON.parse(text.toString());
      return value;
    },
  };
}
