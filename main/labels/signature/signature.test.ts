import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from '@atcute/cbor';
import { describe, expect, test } from 'vitest';
import { signingKey } from '../testing.ts';
import { labelKey } from './label-key.ts';
import { isLabelSigned, isSignedBy } from './verify-label.ts';

const LABEL = { ver: 1, src: 'did:plc:a', uri: 'at://did:plc:b/c/d', val: 'spam', cts: '2025-01-01T00:00:00.000Z' };

test.each(['secp256k1', 'prime256v1'] as const)('a label signed with %s holds, and nothing else does', (curve) => {
  const signer = signingKey(curve);
  const key = labelKey(signer.did);
  const signature = signer.sign(encode(LABEL));
  expect(isLabelSigned(key, LABEL, signature)).toBe(true);
  expect(isLabelSigned(key, { ...LABEL, note: 'not a field of labels' }, signature)).toBe(true);
  expect(isLabelSigned(key, { ...LABEL, val: 'rude' }, signature)).toBe(false);
  expect(isLabelSigned(key, { ...LABEL, neg: true }, signature)).toBe(false);
  expect(isLabelSigned(labelKey(signingKey(curve).did), LABEL, signature)).toBe(false);
  expect(isLabelSigned(key, LABEL, signature.subarray(1))).toBe(false);
});

test.each(['', 'z', 'did:key:', 'did:key:zzzz', 'did:plc:abc', 'z0OIl', `z${'1'.repeat(200)}`])(
  '%j is no key',
  (text) => {
    expect(() => labelKey(text)).toThrow('label_key_invalid');
  },
);

test('a key of another kind is refused', () => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  expect(raw).toHaveLength(32);
  expect(() => labelKey('did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK')).toThrow('label_key_invalid');
});

interface Fixture {
  comment: string;
  messageBase64: string;
  publicKeyDid: string;
  signatureBase64: string;
  validSignature: boolean;
}

describe.skipIf(!process.env['LOCKER_CORPUS'])('atproto’s own fixtures', () => {
  test('signatures', () => {
    const file = join(process.env['LOCKER_CORPUS'] ?? '', 'atproto-interop-tests/crypto/signature-fixtures.json');
    const fixtures = JSON.parse(readFileSync(file, 'utf8')) as Fixture[];
    expect(fixtures.length).toBeGreaterThan(3);
    for (const { comment, messageBase64, publicKeyDid, signatureBase64, validSignature } of fixtures) {
      const message = Buffer.from(messageBase64, 'base64');
      const signature = Buffer.from(signatureBase64, 'base64');
      expect(isSignedBy(labelKey(publicKeyDid), message, signature), comment).toBe(validSignature);
    }
  });
});

test('the signer of these tests makes what the standard library makes', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const bytes = createHash('sha256').update('x').digest();
  expect(sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' })).toHaveLength(64);
  expect(publicKey.asymmetricKeyType).toBe('ec');
});
