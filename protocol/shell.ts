import { z } from 'zod';

/**
 * What the desktop shell and the core say to each other, one JSON document a line: the shell on the core's standard
 * input, the core on its standard output. Nothing here travels by arguments or environment, which other programs can read.
 */

/** Longest line either side accepts. */
export const SHELL_LINE_MAX = 8192;

const Token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** First line from the shell. */
export const ShellStart = z.strictObject({
  /** 256 bits, base64url: every request over the socket carries it. */
  token: Token,
  /** Whether a real keychain answered; without one the passphrase is asked for. */
  keychainAvailable: z.boolean(),
  /** What the core put into the keychain earlier; null: nothing. */
  keychain: z.string().max(4096).nullable(),
});
export type ShellStart = z.infer<typeof ShellStart>;

/** Later lines from the shell. */
export const ShellCommand = z.strictObject({ command: z.enum(['link', 'lock', 'quit']) });
export type ShellCommand = z.infer<typeof ShellCommand>;

/** Lines from the core. */
export const CoreEvent = z.discriminatedUnion('event', [
  /** Answering; `path` opens the screens with a one-time launch token in its fragment. */
  z.strictObject({ event: z.literal('open'), path: z.string().startsWith('/').max(300) }),
  /** Keep this in the keychain, or remove what is there. */
  z.strictObject({ event: z.literal('keychain'), value: z.string().max(4096).nullable() }),
  /** A service asks for access: `who` is its verified host, or says that it is a program of this computer. */
  z.strictObject({ event: z.literal('asks'), who: z.string().min(1).max(300), request: z.string().min(1).max(40) }),
  /** The locker can't be opened: a code of the error table. */
  z.strictObject({ event: z.literal('problem'), code: z.string().max(60) }),
]);
export type CoreEvent = z.infer<typeof CoreEvent>;

/** Header that carries the socket's token. */
export const SOCKET_TOKEN_HEADER = 'locker-socket-token';
