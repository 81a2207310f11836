import { createHash } from 'node:crypto';
import { z } from 'zod';
import { LockerError } from '../../protocol/errors.ts';
import { Argon2id, derivedKey, seal, Wrapped } from './wrap.ts';

/**
 * The key file beside the store: the data key, wrapped once for each way to unlock.
 * First line: JSON. Second line: its SHA-256, so that damage is told from a wrong passphrase before anything is tried.
 * `seal` is an HMAC by the data key over everything else: once unlocked, a file that was altered on purpose is noticed too.
 */
const VERSION = 1;
const FORMAT = 'data-locker-key';
const LARGEST = 64 * 1024;

export const KeySlots = z.strictObject({
  /** Identifies the locker; in no way secret. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** False until the store's file has been made: only then may a missing one be made. */
  storeMade: z.boolean(),
  passphrase: z.strictObject({ kdf: Argon2id, key: Wrapped }),
  recovery: Wrapped,
  keychain: Wrapped.nullable(),
  /** By a secret in a file elsewhere (headless). */
  secretFile: Wrapped.nullable(),
});
export type KeySlots = z.infer<typeof KeySlots>;

const KeyFile = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  slots: KeySlots,
  seal: z.string().regex(/^[0-9a-f]{64}$/),
});
export type KeyFile = z.infer<typeof KeyFile>;

const AnyVersion = z.object({ format: z.literal(FORMAT), version: z.int().min(1) });

/** The context that a wrapped key is bound to: it can be moved to no other slot, locker or set of parameters. */
export function slotContext(slots: Pick<KeySlots, 'id'>, slot: string, parameters: unknown = null): string {
  return JSON.stringify([FORMAT, VERSION, slots.id, slot, parameters]);
}

/** The file's text. */
export function writeKeyFile(slots: KeySlots, dataKey: Uint8Array): string {
  const file: KeyFile = { format: FORMAT, version: VERSION, slots, seal: sealOf(slots, dataKey) };
  const line = JSON.stringify(file);
  return `${line}\n${digest(line)}\n`;
}

/** Parses the file. Throws `store_keyfile_damaged`, or `store_newer` for an undamaged one of a later version. */
export function readKeyFile(bytes: Uint8Array): KeyFile {
  if (bytes.length > LARGEST) throw new LockerError('store_keyfile_damaged');
  const text = decode(bytes);
  const end = text.indexOf('\n');
  const line = text.slice(0, Math.max(end, 0));
  if (text !== `${line}\n${digest(line)}\n`) throw new LockerError('store_keyfile_damaged');
  const json = parseJson(line);
  const any = AnyVersion.safeParse(json);
  if (any.success && any.data.version > VERSION) throw new LockerError('store_newer');
  const file = KeyFile.safeParse(json);
  if (!file.success) throw new LockerError('store_keyfile_damaged');
  return file.data;
}

/** Throws `store_keyfile_damaged` where the slots aren't the ones this locker wrote. */
export function requireSealed(file: KeyFile, dataKey: Uint8Array): void {
  if (file.seal !== sealOf(file.slots, dataKey)) throw new LockerError('store_keyfile_damaged', { detail: 'seal' });
}

function sealOf(slots: KeySlots, dataKey: Uint8Array): string {
  const by = derivedKey(dataKey, 'key-file');
  // The schema fixes the order of the fields.
  const text = JSON.stringify([FORMAT, VERSION, KeySlots.parse(slots)]);
  const sealed = seal(text, by);
  by.fill(0);
  return sealed;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new LockerError('store_keyfile_damaged');
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new LockerError('store_keyfile_damaged');
  }
}

function digest(line: string): string {
  return createHash('sha256').update(line, 'utf8').digest('hex');
}
