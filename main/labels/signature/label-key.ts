import { createPublicKey, type KeyObject } from 'node:crypto';
import { LockerError } from '../../../protocol/errors.ts';

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** Longest key text that is looked at. */
const LONGEST = 120;

/** The curves that atproto signs with: multicodec prefix, the DER around a compressed point, and half the group's order. */
const CURVES = [
  {
    prefix: 'e701',
    der: '3036301006072a8648ce3d020106052b8104000a032200',
    half: 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n,
  },
  {
    prefix: '8024',
    der: '3039301306072a8648ce3d020106082a8648ce3d030107032200',
    half: 0x7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8n,
  },
] as const;

/** A key that labels are signed with. */
export interface LabelKey {
  /** As `did:key:z…`. */
  readonly text: string;
  readonly key: KeyObject;
  /** Larger values of `s` are refused: there would be two signatures for everything. */
  readonly half: bigint;
}

/** Reads `did:key:z…` or its multibase part alone. @throws LockerError label_key_invalid */
export function labelKey(text: string): LabelKey {
  const multibase = text.trim().replace(/^did:key:/, '');
  const bytes = multibase.startsWith('z') && multibase.length <= LONGEST ? base58(multibase.slice(1)) : null;
  const hex = bytes?.toString('hex') ?? '';
  const curve = CURVES.find(({ prefix }) => hex.startsWith(prefix));
  if (curve === undefined || hex.length !== 70) throw new LockerError('label_key_invalid');
  try {
    const der = Buffer.from(curve.der + hex.slice(4), 'hex');
    return {
      text: `did:key:${multibase}`,
      key: createPublicKey({ key: der, format: 'der', type: 'spki' }),
      half: curve.half,
    };
  } catch (cause) {
    throw new LockerError('label_key_invalid', { cause });
  }
}

function base58(text: string): Buffer | null {
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return null;
    value = value * 58n + BigInt(digit);
  }
  const hex = value.toString(16);
  const zeros = text.length - text.replace(/^1+/, '').length;
  return Buffer.from('00'.repeat(zeros) + (hex.length % 2 === 0 ? hex : `0${hex}`), 'hex');
}
