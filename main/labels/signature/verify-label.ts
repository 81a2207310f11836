import { verify } from 'node:crypto';
import { encode } from '@atcute/cbor';
import type { LabelKey } from './label-key.ts';

/** Fields that a label's signature covers (com.atproto.label.defs). */
const SIGNED = ['ver', 'src', 'uri', 'cid', 'val', 'neg', 'cts', 'exp'] as const;

/** True when `signature` (64 bytes, r and s) is the key's over `bytes`. */
export function isSignedBy({ key, half }: LabelKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`);
  return s <= half && verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

/** True when the label as it came, without its signature, was signed by the key. */
export function isLabelSigned(key: LabelKey, label: Readonly<Record<string, unknown>>, signature: Uint8Array): boolean {
  const signed: Record<string, unknown> = {};
  for (const field of SIGNED) if (label[field] !== undefined) signed[field] = label[field];
  return isSignedBy(key, encode(signed), signature);
}
