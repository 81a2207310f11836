import { readFile, stat } from 'node:fs/promises';
import { LockerError } from '../../../protocol/errors.ts';
import { bundleFingerprints, verifyBundleText } from '../../contracts/index.ts';
import { EXIT_CODES } from '../options.ts';
import type { Terminal } from '../terminal.ts';

/** Longer texts than this do not fit into one string. */
const MAX_BYTES = 400 * 1024 * 1024;

/**
 * `locker verify FILE`: checks an exported bundle with nothing but the public keys in it.
 *
 * @param key fingerprint of the locker's key, from somewhere else than the file; null: the keys of the file count
 * @returns the exit code
 */
export async function verify(terminal: Terminal, file: string, key: string | null): Promise<number> {
  const text = await readText(file);
  const { intact, problem, receipts, entries } = await verifyBundleText(text ?? '', key ?? undefined);
  if (!intact) {
    terminal.say(`Altered. ${text === null ? 'The form of the bundle: it is not UTF-8' : (problem ?? '')}`);
    return EXIT_CODES.altered.code;
  }
  terminal.say(`Intact: ${receipts} receipts and ${entries} log entries are as the locker signed them.`);
  if (key !== null) return EXIT_CODES.done.code;
  const lines = (text ?? '').split('\n').filter((line) => line !== '');
  const fingerprints = await Promise.all(lines.map((line) => bundleFingerprints(JSON.parse(line))));
  terminal.say(`Signed by: ${[...new Set(fingerprints.flat())].join(' ')} (compare it, or give it with --key)`);
  return EXIT_CODES.done.code;
}

/** Null: the bytes are no text. */
async function readText(file: string): Promise<string | null> {
  const about = await stat(file).catch((cause: unknown) => {
    throw new LockerError('import_path_missing', { cause });
  });
  if (!about.isFile()) throw new LockerError('import_path_missing');
  if (about.size > MAX_BYTES) throw new LockerError('too_large', { detail: '400 MiB' });
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new LockerError('import_path_missing', { cause });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
