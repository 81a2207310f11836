import { z } from 'zod';

/** The operating system's keychain: one text for this locker. The shell supplies it; headless there is none. */
export interface Keychain {
  read(): Promise<string | null>;
  /** Null removes it. Rejects where the keychain doesn't take it. */
  write(value: string | null): Promise<void>;
}

/** What the locker keeps there. */
export const KeychainEntry = z.strictObject({
  /** The locker it belongs to. */
  id: z.string(),
  /** Wraps the data key, base64; null when the owner wants to be asked for the passphrase. */
  secret: z.string().nullable(),
  epoch: z.int().min(0),
});
export type KeychainEntry = z.infer<typeof KeychainEntry>;

/** The entry of this locker, or undefined: none, unreadable, or another locker's. */
export async function readEntry(keychain: Keychain | undefined, id: string): Promise<KeychainEntry | undefined> {
  const text = await keychain?.read().catch(() => null);
  if (text === undefined || text === null) return undefined;
  try {
    const entry = KeychainEntry.parse(JSON.parse(text));
    return entry.id === id ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the entry; true only when it reads back the same, as some keychains accept and forget. */
export async function keepEntry(keychain: Keychain | undefined, entry: KeychainEntry): Promise<boolean> {
  if (keychain === undefined) return false;
  const text = JSON.stringify(entry);
  try {
    await keychain.write(text);
    return (await keychain.read()) === text;
  } catch {
    return false;
  }
}
