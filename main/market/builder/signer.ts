import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { Metadata, MetadataKind, Signature } from '@tufjs/models';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';
import type { PublicKey, SignedPart } from './shapes.ts';

const JsonObject = z.record(z.string(), z.json());

/** Somebody who signs for a role. */
export interface Signer {
  readonly keyId: string;
  readonly key: PublicKey;
  sign(bytes: Uint8Array): Buffer;
}

/** A new Ed25519 key, and its secret as PEM. */
export function newSigner(): { signer: Signer; pem: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { signer: signerOf(privateKey), pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** @throws LockerError bad_arguments where it is no Ed25519 key */
export function readSigner(pem: string): Signer {
  let secret: KeyObject;
  try {
    secret = createPrivateKey(pem);
  } catch (cause) {
    throw new LockerError('bad_arguments', { detail: 'not a private key', cause });
  }
  if (secret.asymmetricKeyType !== 'ed25519') throw new LockerError('bad_arguments', { detail: 'not an Ed25519 key' });
  return signerOf(secret);
}

function signerOf(secret: KeyObject): Signer {
  const { x } = createPublicKey(secret).export({ format: 'jwk' });
  const key: PublicKey = {
    keytype: 'ed25519',
    keyval: { public: Buffer.from(x ?? '', 'base64url').toString('hex') },
    scheme: 'ed25519',
  };
  return {
    // Of the canonical form (specification, 4.2): these three fields in this order.
    keyId: createHash('sha256').update(JSON.stringify(key)).digest('hex'),
    key,
    sign: (bytes) => sign(null, bytes, secret),
  };
}

/** The file of signed metadata. */
export function signMetadata(part: SignedPart, signers: readonly Signer[]): Buffer {
  const metadata = unsigned(part);
  for (const signer of signers) {
    metadata.sign((bytes) => new Signature({ keyID: signer.keyId, sig: signer.sign(bytes).toString('hex') }));
  }
  return Buffer.from(`${JSON.stringify(metadata.toJSON(), null, 1)}\n`);
}

function unsigned(signed: SignedPart): Pick<Metadata<never>, 'sign' | 'toJSON'> {
  const json = JsonObject.parse(JSON.parse(JSON.stringify({ signed, signatures: [] })));
  switch (signed._type) {
    case 'root':
      return Metadata.fromJSON(MetadataKind.Root, json);
    case 'timestamp':
      return Metadata.fromJSON(MetadataKind.Timestamp, json);
    case 'snapshot':
      return Metadata.fromJSON(MetadataKind.Snapshot, json);
    case 'targets':
      return Metadata.fromJSON(MetadataKind.Targets, json);
  }
}
