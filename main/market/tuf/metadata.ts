import { Metadata, MetadataKind, type Root, type Snapshot, type Targets, type Timestamp } from '@tufjs/models';
import { z } from 'zod';
import { LockerError } from '../../../protocol/errors.ts';

/** Metadata of the four kinds of TUF, read and in the form that is verified. */
export type AnyMetadata = Metadata<Root> | Metadata<Timestamp> | Metadata<Snapshot> | Metadata<Targets>;
/** Those that may say who signs others. */
export type Delegator = Metadata<Root> | Metadata<Targets>;

const JsonObject = z.record(z.string(), z.json());

/** What a problem with a repository's files becomes: a fault of theirs, never of ours. */
export function invalid(file: string, why: string, cause?: unknown): LockerError {
  return new LockerError('repository_invalid', { detail: `${file}: ${why}`, cause });
}

function jsonOf(bytes: Uint8Array, file: string): z.output<typeof JsonObject> {
  try {
    return JsonObject.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw invalid(file, 'not JSON', cause);
  }
}

/** What the models leave open: whole versions from 1, thresholds that can be met only by different keys. */
function checkForm(metadata: AnyMetadata, file: string): void {
  const { version } = metadata.signed;
  if (!Number.isSafeInteger(version) || version < 1) throw invalid(file, 'version');
  const { signed } = metadata;
  const keys =
    signed.type === MetadataKind.Root
      ? signed.keys
      : signed.type === MetadataKind.Targets
        ? signed.delegations?.keys
        : undefined;
  const values = Object.values(keys ?? {}).map(({ keyVal }) => keyVal['public']);
  // One key under two names would count twice towards a threshold (section 4.2 wants one name per key).
  if (new Set(values).size !== values.length) throw invalid(file, 'the same key under two names');
  if (signed.type !== MetadataKind.Root) return;
  if (!signed.consistentSnapshot) throw invalid(file, 'without consistent snapshots');
}

type Json = z.output<typeof JsonObject>;

function read<M extends AnyMetadata>(bytes: Uint8Array, file: string, parse: (json: Json) => M): M {
  const json = jsonOf(bytes, file);
  let metadata: M;
  try {
    metadata = parse(json);
  } catch (cause) {
    throw invalid(file, 'not in the expected form', cause);
  }
  checkForm(metadata, file);
  return metadata;
}

/** @throws LockerError repository_invalid; so do the others */
export function readRoot(bytes: Uint8Array): Metadata<Root> {
  return read(bytes, 'root', (json) => Metadata.fromJSON(MetadataKind.Root, json));
}

export function readTimestamp(bytes: Uint8Array): Metadata<Timestamp> {
  return read(bytes, 'timestamp', (json) => Metadata.fromJSON(MetadataKind.Timestamp, json));
}

export function readSnapshot(bytes: Uint8Array): Metadata<Snapshot> {
  return read(bytes, 'snapshot', (json) => Metadata.fromJSON(MetadataKind.Snapshot, json));
}

export function readTargets(bytes: Uint8Array, role: string): Metadata<Targets> {
  return read(bytes, role, (json) => Metadata.fromJSON(MetadataKind.Targets, json));
}

/** @throws LockerError repository_unsigned */
export function requireSigned(delegator: Delegator, role: string, metadata: AnyMetadata): void {
  try {
    delegator.verifyDelegate(role, metadata);
  } catch (cause) {
    throw new LockerError('repository_unsigned', { detail: role, cause });
  }
}

/** @throws LockerError repository_expired */
export function requireFresh(metadata: AnyMetadata, role: string, now: number): void {
  if (metadata.signed.isExpired(new Date(now))) throw new LockerError('repository_expired', { detail: role });
}
