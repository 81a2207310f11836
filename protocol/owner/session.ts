import { z } from 'zod';

/** new: no locker in the folder; vault-locked: keys cleared, passphrase needed; open: keys in memory (a session may still be needed). */
export const LockerState = z.enum(['new', 'vault-locked', 'open']);
export type LockerState = z.infer<typeof LockerState>;

export const Status = z.strictObject({
  state: LockerState,
  version: z.string(),
  /** True for the made-up town opened by `--sample`. */
  sample: z.boolean(),
  /** Set when the store can't be opened, with a code of the error table. */
  problem: z.string().nullable(),
});
export type Status = z.infer<typeof Status>;

export const Passphrase = z.string().min(1).max(1024);

export const CreateLocker = z.strictObject({ passphrase: Passphrase });
export const SessionGranted = z.strictObject({ token: z.string(), idleMinutes: z.int() });
export type SessionGranted = z.infer<typeof SessionGranted>;
export const LockerCreated = SessionGranted.extend({ recoveryCode: z.string() });
export type LockerCreated = z.infer<typeof LockerCreated>;

/** One of: the passphrase, or the token of a one-time launch link. */
export const OpenSession = z.union([
  z.strictObject({ passphrase: Passphrase }),
  z.strictObject({ launch: z.string().min(20).max(200) }),
]);
export const Recover = z.strictObject({ recoveryCode: z.string().min(1).max(200), passphrase: Passphrase });
export const ChangePassphrase = z.strictObject({ current: Passphrase, next: Passphrase });
export const NewRecoveryCode = z.strictObject({ passphrase: Passphrase });
export const RecoveryCode = z.strictObject({ recoveryCode: z.string() });
/** screen: ends owner sessions; vault: also clears the keys. */
export const LockRequest = z.strictObject({ what: z.enum(['screen', 'vault']) });
export const Done = z.strictObject({ done: z.literal(true) });
