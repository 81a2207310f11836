/**
 * The desktop shell: a thin Electron process around the core. It starts the core as a plain Node process, shows its
 * screens in a locked-down window over a custom protocol, holds the tray icon and talks to the operating system's
 * keychain. It never sees a record: what passes between window and core passes through as bytes.
 *
 * Only `main.ts`, `window.ts`, `tray.ts` and `preload.ts` import electron; what they decide lives in the files exported here, takes its
 * powers as arguments and is tested without Electron.
 */
export { type Child, type CorePowers, type CoreProcess, startCore } from './core-process.ts';
export { createForwarder } from './forward.ts';
export { readKeychain, writeKeychain } from './keychain.ts';
export { PERMISSIONS, externalLinkAllowed, mayNavigate, permissionAllowed } from './window-policy.ts';
export { coreCommand, socketPath } from './places.ts';
